using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>The bytes that validators sign (tendermint.types.CanonicalVote, behind its own length).</summary>
public static class CanonicalVote
{
    private const ulong Precommit = 2;

    /// <param name="blockId">Null for a vote for no block.</param>
    /// <param name="timestamp">The signer's own time.</param>
    public static byte[] PrecommitSignBytes(string chainId, long height, int round, BlockId? blockId, CometTime timestamp)
    {
        var vote = new WireWriter(192)
            .UInt64(1, Precommit)
            .SFixed64(2, height)
            .SFixed64(3, round);
        if (blockId is { IsEmpty: false })
            vote.AlwaysBytes(4, blockId.ToProto());
        vote.AlwaysBytes(5, timestamp.ToProto()).String(6, chainId);
        return Delimited(vote);
    }

    /// <summary>What is signed of a vote extension (tendermint.types.CanonicalVoteExtension, behind its own length).</summary>
    public static byte[] ExtensionSignBytes(string chainId, long height, int round, ReadOnlySpan<byte> extension) => Delimited(
        new WireWriter(64 + extension.Length)
            .Bytes(1, extension)
            .SFixed64(2, height)
            .SFixed64(3, round)
            .String(4, chainId));

    /// <summary>The timestamp inside a precommit's sign bytes; null when they are none.</summary>
    internal static CometTime? TimeOfSignBytes(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length > 0 && bytes[0] < 0x80 ? 1 : 2;
        if (bytes.Length <= length)
            return null;
        var reader = new WireReader(bytes[length..]);
        _ = reader.UInt64(1);
        _ = reader.SFixed64(2);
        _ = reader.SFixed64(3);
        _ = reader.TryMessage(4, out _);
        if (!reader.TryMessage(5, out var time) || reader.Error is not null)
            return null;
        try
        {
            return CometTime.FromProto(time);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[] Delimited(WireWriter message) =>
        new WireWriter(message.Length + 4).Varint((ulong)message.Length).Raw(message.Written).ToArray();
}
