using System.Text.Json;

namespace SharedSequencer.Evm.Rpc;

/// <summary>A block that a client built and has not taken yet: its header, and the payload as the Engine API wants it back.</summary>
public sealed record BuiltBlock(EvmBlockHeader Header, IReadOnlyList<string> Transactions, JsonElement Payload)
{
    /// <summary>Reads testing_buildBlockV1's result.</summary>
    internal static BuiltBlock Read(JsonElement envelope)
    {
        var payload = envelope.GetProperty("executionPayload");
        var header = new EvmBlockHeader(
            Quantity.ReadUInt64(EvmBlockHeader.Text(payload, "blockNumber")),
            EvmHash.Parse(EvmBlockHeader.Text(payload, "blockHash")),
            EvmHash.Parse(EvmBlockHeader.Text(payload, "parentHash")),
            Quantity.ReadUInt64(EvmBlockHeader.Text(payload, "timestamp")),
            Quantity.ReadUInt64(EvmBlockHeader.Text(payload, "gasLimit")),
            Quantity.ReadUInt64(EvmBlockHeader.Text(payload, "gasUsed")),
            Quantity.ReadUInt256(EvmBlockHeader.Text(payload, "baseFeePerGas")),
            Convert.FromHexString(EvmBlockHeader.Text(payload, "extraData").AsSpan(2)));
        var transactions = new List<string>();
        foreach (var transaction in payload.GetProperty("transactions").EnumerateArray())
            transactions.Add(transaction.GetString() ?? "");
        return new(header, transactions, payload);
    }
}
