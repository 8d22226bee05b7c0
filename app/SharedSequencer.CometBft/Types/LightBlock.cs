using SharedSequencer.CometBft.Commits;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>All that a light client needs of a height: header, commit, and the validator set that may sign it.</summary>
public sealed record LightBlock(SignedHeader SignedHeader, ValidatorSet Validators)
{
    public Header Header => SignedHeader.Header;

    public Commit Commit => SignedHeader.Commit;

    public long Height => Header.Height;

    /// <summary>
    /// The power whose places in the commit are for the block. It means something only when <see cref="Fault"/> is null,
    /// and proves something only when the signatures were checked.
    /// </summary>
    public long PowerForBlock
    {
        get
        {
            long power = 0;
            for (var i = 0; i < Math.Min(Commit.Signatures.Length, Validators.Validators.Length); i++)
            {
                if (Commit.Signatures[i].BlockIdFlag == BlockIdFlag.Commit)
                    power += Validators.Validators[i].VotingPower;
            }

            return power;
        }
    }

    /// <summary>More than two thirds of the power, as far as the places say: <see cref="CommitCheck"/> checks the signatures.</summary>
    public bool HasQuorum => PowerFraction.TwoThirds.IsExceededBy(PowerForBlock, Validators.TotalVotingPower);

    /// <summary>Why the parts do not belong together, or null. No signature is checked here.</summary>
    public string? Fault()
    {
        if (SignedHeader.Fault() is { } fault)
            return fault;
        var hash = Validators.Hash();
        if (Header.ValidatorsHash != hash)
            return $"the header names validator set {Header.ValidatorsHash?.ToString() ?? "(none)"}, the set's hash is {hash}";
        return Commit.PlacesFault(Validators);
    }

    /// <summary>
    /// The canonical bytes of tendermint.types.LightBlock: one light block has one encoding. Proposer priorities are
    /// part of it, but no hash covers them.
    /// </summary>
    public byte[] ToProto() => new WireWriter(2048)
        .AlwaysBytes(1, SignedHeader.ToProto())
        .AlwaysBytes(2, Validators.ToProto())
        .ToArray();

    /// <summary>Reads canonical bytes of tendermint.types.LightBlock. What the parts say of each other is left to <see cref="Fault"/>.</summary>
    /// <exception cref="FormatException">The bytes are something else; the message says what.</exception>
    public static LightBlock FromProto(ReadOnlySpan<byte> data)
    {
        const string Owner = "light block";
        var reader = new WireReader(data);
        var result = new LightBlock(
            SignedHeader.FromProto(reader.Message(1, Owner)),
            ValidatorSet.FromProto(reader.Message(2, Owner)));
        reader.EndOrThrow(Owner);
        return result;
    }
}
