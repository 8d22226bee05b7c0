using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>The four fields of a transaction's result that the next header binds. Log, info and events are bound by nothing.</summary>
public sealed record ExecTxResult(uint Code, HexBytes Data, long GasWanted, long GasUsed)
{
    /// <summary>The next header's last_results_hash.</summary>
    public static Hash256 Hash(IEnumerable<ExecTxResult> results) => MerkleRoot.Of([.. results.Select(result => result.ToProto())]);

    internal byte[] ToProto() => new WireWriter(32)
        .UInt64(1, Code)
        .Bytes(2, Data.Span)
        .Int64(5, GasWanted)
        .Int64(6, GasUsed)
        .ToArray();
}
