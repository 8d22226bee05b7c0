using System.Buffers;
using System.Text.Json;
using SharedSequencer.Evm;
using SharedSequencer.Gateway.JsonRpc;

namespace SharedSequencer.Gateway.Methods;

/// <summary>Reads a method's arguments, with geth's words when they are wrong.</summary>
internal static class HexArgument
{
    /// <summary>Bytes as 0x and an even number of hex digits.</summary>
    public static byte[] Bytes(JsonElement argument, int place)
    {
        var text = Text(argument, place, "hexutil.Bytes");
        if (text.Length % 2 != 0)
            throw Invalid(place, "cannot unmarshal hex string of odd length into Go value of type hexutil.Bytes");
        var bytes = new byte[(text.Length - 2) / 2];
        return Convert.FromHexString(text.AsSpan(2), bytes, out _, out _) == OperationStatus.Done
            ? bytes
            : throw Invalid(place, "cannot unmarshal invalid hex string into Go value of type hexutil.Bytes");
    }

    public static EvmHash Hash(JsonElement argument, int place) =>
        EvmHash.TryParse(Text(argument, place, "common.Hash"), out var hash)
            ? hash
            : throw Invalid(place, "a hash is needed: 0x and 64 hex digits");

    public static EvmAddress Address(JsonElement argument, int place) =>
        EvmAddress.TryParse(Text(argument, place, "common.Address"), out var address)
            ? address
            : throw Invalid(place, "an address is needed: 0x and 40 hex digits");

    private static string Text(JsonElement argument, int place, string type)
    {
        if (argument.ValueKind != JsonValueKind.String)
            throw Invalid(place, $"json: cannot unmarshal non-string into Go value of type {type}");
        var text = argument.GetString()!;
        return text.StartsWith("0x", StringComparison.Ordinal)
            ? text
            : throw Invalid(place, $"json: cannot unmarshal hex string without 0x prefix into Go value of type {type}");
    }

    private static RpcException Invalid(int place, string detail) => new(RpcError.InvalidParameters($"invalid argument {place}: {detail}"));
}
