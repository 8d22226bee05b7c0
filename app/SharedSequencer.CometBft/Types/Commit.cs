using System.Collections.Immutable;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>The precommits that decided a block: one place for each validator, in the order of the validator set.</summary>
public sealed record Commit(long Height, int Round, BlockId BlockId, ImmutableArray<CommitSig> Signatures)
{
    /// <summary>The most votes CometBFT admits in one commit.</summary>
    public const int MaximumSignatures = 10_000;

    /// <summary>What the block at the initial height carries in place of the previous commit.</summary>
    public static Commit Empty { get; } = new(0, 0, BlockId.Empty, []);

    /// <summary>The header's last_commit_hash of the next block, if that block carries this very commit.</summary>
    public Hash256 Hash() => MerkleRoot.Of([.. Signatures.Select(signature => signature.ToProto())]);

    /// <summary>The bytes that the validator at <paramref name="index"/> signed, or null when it is absent.</summary>
    public byte[]? SignBytes(string chainId, int index)
    {
        var signature = Signatures[index];
        return signature.BlockIdFlag switch
        {
            BlockIdFlag.Commit => CanonicalVote.PrecommitSignBytes(chainId, Height, Round, BlockId, signature.Timestamp),
            BlockIdFlag.Nil => CanonicalVote.PrecommitSignBytes(chainId, Height, Round, null, signature.Timestamp),
            _ => null,
        };
    }

    /// <summary>
    /// Why this is no commit of a validator set, or null: one place for each member, and whoever signed stands in its own,
    /// so that nobody has two. No signature is checked here.
    /// </summary>
    public string? PlacesFault(ValidatorSet validators)
    {
        if (Signatures.Length != validators.Validators.Length)
            return $"the commit has {Signatures.Length} places for {validators.Validators.Length} validators";
        for (var i = 0; i < Signatures.Length; i++)
        {
            var address = Signatures[i].ValidatorAddress;
            if (address is not null && address != validators.Validators[i].Address)
                return $"place {i} of the commit is signed by {address}, the validator there is {validators.Validators[i].Address}";
        }

        return null;
    }

    /// <summary>The canonical bytes of tendermint.types.Commit.</summary>
    public byte[] ToProto()
    {
        var writer = new WireWriter(128 + (Signatures.Length * 112))
            .Int64(1, Height)
            .Int64(2, Round)
            .AlwaysBytes(3, BlockId.ToProto());
        foreach (var signature in Signatures)
            writer.AlwaysBytes(4, signature.ToProto());
        return writer.ToArray();
    }

    /// <summary>Reads canonical bytes of tendermint.types.Commit.</summary>
    /// <exception cref="FormatException">The bytes are something else; the message says what.</exception>
    public static Commit FromProto(ReadOnlySpan<byte> data)
    {
        const string Owner = "commit";
        var reader = new WireReader(data);
        var height = reader.Int64(1);
        var round = reader.Int32(2);
        var blockId = BlockId.FromProto(reader.Message(3, Owner));
        var signatures = ImmutableArray.CreateBuilder<CommitSig>();
        while (reader.TryMessage(4, out var signature))
        {
            if (signatures.Count == MaximumSignatures)
                throw new FormatException($"{Owner}: it has more than {MaximumSignatures} signatures.");
            signatures.Add(CommitSig.FromProto(signature));
        }

        reader.EndOrThrow(Owner);
        if (height < 0 || round < 0)
            throw new FormatException($"{Owner}: height {height} and round {round} must not be negative.");
        return new Commit(height, round, blockId, signatures.DrainToImmutable());
    }

    public bool Equals(Commit? other) =>
        other is not null
        && Height == other.Height
        && Round == other.Round
        && BlockId == other.BlockId
        && Signatures.AsSpan().SequenceEqual(other.Signatures.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Height, Round, BlockId, Signatures.Length);
}
