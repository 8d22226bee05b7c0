using System.Collections.Immutable;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>
/// A validator set in its own order: by power, the highest first, then by address. It is never empty, names nobody
/// twice, and its total power is at most 2^63 / 8, as CometBFT demands.
/// </summary>
public sealed record ValidatorSet
{
    /// <summary>The most validators that fit one commit.</summary>
    public const int MaximumCount = Commit.MaximumSignatures;

    /// <summary>CometBFT's MaxTotalVotingPower.</summary>
    public const long MaximumTotalPower = long.MaxValue / 8;

    private ValidatorSet(ImmutableArray<Validator> validators, long totalVotingPower)
    {
        Validators = validators;
        TotalVotingPower = totalVotingPower;
    }

    public ImmutableArray<Validator> Validators { get; }

    public long TotalVotingPower { get; }

    /// <summary>The one whose turn it is: the highest priority, and of equals the lowest address.</summary>
    public Validator Proposer
    {
        get
        {
            var proposer = Validators[0];
            foreach (var validator in Validators)
            {
                if (validator.ProposerPriority > proposer.ProposerPriority
                    || (validator.ProposerPriority == proposer.ProposerPriority && validator.Address.CompareTo(proposer.Address) < 0))
                    proposer = validator;
            }

            return proposer;
        }
    }

    /// <summary>Checks and keeps a set as it is given.</summary>
    /// <exception cref="FormatException">It breaks a rule above; the message says which.</exception>
    public static ValidatorSet From(ImmutableArray<Validator> validators)
    {
        if (validators.Length is 0 or > MaximumCount)
            throw new FormatException($"validator set: it has {validators.Length} members; 1 to {MaximumCount} are allowed.");

        long total = 0;
        for (var i = 0; i < validators.Length; i++)
        {
            var validator = validators[i];
            if (validator.VotingPower <= 0)
                throw new FormatException($"validator set: the power of {validator.Address} is {validator.VotingPower}, not positive.");
            if (validator.VotingPower > MaximumTotalPower - total)
                throw new FormatException($"validator set: the total power exceeds {MaximumTotalPower}.");
            total += validator.VotingPower;
            if (i > 0 && !Precedes(validators[i - 1], validator))
                throw new FormatException($"validator set: {validator.Address} is out of order: by power descending, then by address.");
        }

        // One key with two powers keeps the order: it must be looked for by name.
        var addresses = new HashSet<ValidatorAddress>(validators.Length);
        foreach (var validator in validators)
        {
            if (!addresses.Add(validator.Address))
                throw new FormatException($"validator set: {validator.Address} is named twice.");
        }

        return new ValidatorSet(validators, total);
    }

    /// <summary>The header's validators_hash: an RFC 6962 root over keys and powers.</summary>
    public Hash256 Hash() => MerkleRoot.Of([.. Validators.Select(validator => validator.ToSimpleProto())]);

    /// <summary>The place of an address in the set, or -1.</summary>
    public int IndexOf(ValidatorAddress address)
    {
        for (var i = 0; i < Validators.Length; i++)
        {
            if (Validators[i].Address == address)
                return i;
        }

        return -1;
    }

    /// <summary>
    /// The canonical bytes of tendermint.types.ValidatorSet. As CometBFT does, the total power is left out, and the
    /// proposer written though it follows from the priorities.
    /// </summary>
    public byte[] ToProto()
    {
        var writer = new WireWriter(96 * (Validators.Length + 1));
        foreach (var validator in Validators)
            writer.AlwaysBytes(1, validator.ToProto());
        return writer.AlwaysBytes(2, Proposer.ToProto()).ToArray();
    }

    /// <summary>Reads canonical bytes of tendermint.types.ValidatorSet.</summary>
    /// <exception cref="FormatException">The bytes are something else; the message says what.</exception>
    public static ValidatorSet FromProto(ReadOnlySpan<byte> data)
    {
        const string Owner = "validator set";
        var reader = new WireReader(data);
        var validators = ImmutableArray.CreateBuilder<Validator>();
        while (reader.TryMessage(1, out var validator))
        {
            if (validators.Count == MaximumCount)
                throw new FormatException($"{Owner}: it has more than {MaximumCount} members.");
            validators.Add(Validator.FromProto(validator));
        }

        var proposer = Validator.FromProto(reader.Message(2, Owner));
        reader.EndOrThrow(Owner);
        var set = From(validators.DrainToImmutable());
        return proposer == set.Proposer
            ? set
            : throw new FormatException($"{Owner}: proposer {proposer.Address} does not follow from the priorities.");
    }

    public bool Equals(ValidatorSet? other) =>
        other is not null && Validators.AsSpan().SequenceEqual(other.Validators.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Validators.Length, TotalVotingPower);

    private static bool Precedes(Validator first, Validator second) =>
        first.VotingPower != second.VotingPower
            ? first.VotingPower > second.VotingPower
            : first.Address.CompareTo(second.Address) < 0;
}
