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
        return new WireWriter(200).Varint((ulong)vote.Length).Raw(vote.Written).ToArray();
    }
}
