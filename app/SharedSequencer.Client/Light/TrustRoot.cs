using System.Collections.Immutable;
using System.Globalization;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Client.Light;

/// <summary>What a light client trusts to begin with. It comes from outside: from a person, or with the program that uses it.</summary>
public abstract record TrustRoot
{
    private TrustRoot()
    {
    }

    /// <summary>The height whose block is fetched first.</summary>
    public abstract long Height { get; }

    /// <summary>A chain's genesis: its validators must have signed the first header.</summary>
    public static TrustRoot FromGenesis(GenesisDocument genesis) => new Genesis(genesis);

    /// <summary>The hash of one block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The height is below 1.</exception>
    public static TrustRoot FromBlock(long height, Hash256 hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return new Block(height, hash);
    }

    /// <summary>Reads <c>HEIGHT:HASH</c>, the hash as 64 hex digits.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static TrustRoot Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && long.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && height > 0
            && Hash256.TryParse(text.AsSpan(colon + 1), out var hash)
            ? FromBlock(height, hash)
            : throw new FormatException($"'{text}' is no trusted block: HEIGHT:HASH is needed, a number from 1 and 64 hex digits.");
    }

    /// <summary>Why a block is not the one that is trusted, or null. The commit is checked apart.</summary>
    internal abstract string? MismatchOf(LightBlock block);

    /// <summary>The chain that a block must be of.</summary>
    internal abstract string ChainIdFor(LightBlock block);

    internal sealed record Block(long At, Hash256 Hash) : TrustRoot
    {
        public override long Height => At;

        internal override string? MismatchOf(LightBlock block) => block.Header.Hash() == Hash
            ? null
            : $"The block of height {At} has the hash {block.Header.Hash()}; the trusted one is {Hash}.";

        // The hash covers it.
        internal override string ChainIdFor(LightBlock block) => block.Header.ChainId;
    }

    internal sealed record Genesis(GenesisDocument Document) : TrustRoot
    {
        public override long Height => Document.InitialHeight;

        internal override string? MismatchOf(LightBlock block)
        {
            var header = block.Header;
            var expected = Validators().Hash();
            if (header.ValidatorsHash != expected)
                return $"The first header names validator set {header.ValidatorsHash?.ToString() ?? "(none)"}; genesis, {expected}.";
            if (header.Time != Document.GenesisTime)
                return $"The first header is of {header.Time}; genesis, of {Document.GenesisTime}.";
            return header.LastBlockId.IsEmpty ? null : "The first header names a block before it.";
        }

        internal override string ChainIdFor(LightBlock block) => Document.ChainId;

        private ValidatorSet Validators()
        {
            try
            {
                return ValidatorSet.From(
                [
                    .. Document.Validators
                        .Select(validator => new Validator(validator.PublicKey, validator.Power, 0))
                        .OrderByDescending(validator => validator.VotingPower)
                        .ThenBy(validator => validator.Address),
                ]);
            }
            catch (FormatException e)
            {
                throw new LightClientException(LightStep.Root, $"Genesis names no validators to begin with: {e.Message}", e);
            }
        }
    }
}
