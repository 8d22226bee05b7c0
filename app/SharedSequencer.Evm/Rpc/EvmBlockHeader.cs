using System.Numerics;
using System.Text.Json;

namespace SharedSequencer.Evm.Rpc;

/// <summary>What is asked of an EVM block's header. The timestamp is in whole seconds since 1970, the base fee in wei.</summary>
public sealed record EvmBlockHeader(
    ulong Number,
    EvmHash Hash,
    EvmHash ParentHash,
    ulong Timestamp,
    ulong GasLimit,
    ulong GasUsed,
    BigInteger BaseFeePerGas,
    byte[] ExtraData)
{
    /// <summary>Reads eth_getBlockBy…'s result.</summary>
    internal static EvmBlockHeader Read(JsonElement block) => new(
        Quantity.ReadUInt64(Text(block, "number")),
        EvmHash.Parse(Text(block, "hash")),
        EvmHash.Parse(Text(block, "parentHash")),
        Quantity.ReadUInt64(Text(block, "timestamp")),
        Quantity.ReadUInt64(Text(block, "gasLimit")),
        Quantity.ReadUInt64(Text(block, "gasUsed")),
        Quantity.ReadUInt256(Text(block, "baseFeePerGas")),
        Convert.FromHexString(Text(block, "extraData").AsSpan(2)));

    internal static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.GetString() is { Length: >= 2 } text
            ? text
            : throw new FormatException($"the block has no '{name}'");
}
