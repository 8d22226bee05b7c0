using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>A member of a validator set.</summary>
/// <param name="VotingPower">At least 1.</param>
/// <param name="ProposerPriority">Decides who proposes next. No hash covers it.</param>
public sealed record Validator(ConsensusKey PublicKey, long VotingPower, long ProposerPriority)
{
    public ValidatorAddress Address => PublicKey.Address;

    /// <summary>The leaf under validators_hash: tendermint.types.SimpleValidator.</summary>
    internal byte[] ToSimpleProto() => new WireWriter(48).AlwaysBytes(1, PublicKey.ToProto()).Int64(2, VotingPower).ToArray();

    internal byte[] ToProto() => new WireWriter(96)
        .Bytes(1, Address.Span)
        .AlwaysBytes(2, PublicKey.ToProto())
        .Int64(3, VotingPower)
        .Int64(4, ProposerPriority)
        .ToArray();

    internal static Validator FromProto(ReadOnlySpan<byte> data)
    {
        const string Owner = "validator";
        var reader = new WireReader(data);
        var address = reader.Address(1);
        var result = new Validator(ConsensusKey.FromProto(reader.Message(2, Owner)), reader.Int64(3), reader.Int64(4));
        reader.EndOrThrow(Owner);
        if (address != result.Address)
            throw new FormatException($"{Owner}: address {address} is not that of its key, {result.Address}.");
        return result;
    }
}
