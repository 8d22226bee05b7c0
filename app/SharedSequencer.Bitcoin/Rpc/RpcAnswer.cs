using System.Text.Json;
using SharedSequencer.Bitcoin.Wallet;

namespace SharedSequencer.Bitcoin.Rpc;

/// <summary>Reads a field of an answer; what is missing or of another kind is a <see cref="BitcoinRpcException"/>.</summary>
internal readonly record struct RpcAnswer(string Method, JsonElement Value)
{
    private const decimal SatoshiPerBitcoin = 100_000_000m;

    public bool IsNull => Value.ValueKind == JsonValueKind.Null;

    public RpcAnswer this[string name] => Value.ValueKind == JsonValueKind.Object && Value.TryGetProperty(name, out var field)
        ? new(Method, field)
        : throw Wrong($"a field '{name}'");

    public bool Has(string name) => Value.ValueKind == JsonValueKind.Object && Value.TryGetProperty(name, out _);

    public string Text() => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong("a text");

    public bool Flag() => Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? Value.GetBoolean() : throw Wrong("true or false");

    public uint Number() => Value.ValueKind == JsonValueKind.Number && Value.TryGetUInt32(out var number) ? number : throw Wrong("a whole number");

    public int SignedNumber() => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var number) ? number : throw Wrong("a whole number");

    /// <summary>bitcoind prints amounts in BTC with eight decimals; <see cref="decimal"/> keeps them exact.</summary>
    public ulong Satoshi()
    {
        if (Value.ValueKind != JsonValueKind.Number || !Value.TryGetDecimal(out var bitcoin) || bitcoin is < 0 or > 21_000_000m)
            throw Wrong("an amount");
        return (ulong)(bitcoin * SatoshiPerBitcoin);
    }

    public FeeRate FeeRate() => new(Satoshi());

    public BitcoinHash Hash() => BitcoinHash.TryParse(Text(), out var hash) ? hash : throw Wrong("64 hex digits");

    public byte[] Bytes()
    {
        try
        {
            return Convert.FromHexString(Text());
        }
        catch (FormatException e)
        {
            throw new BitcoinRpcException(Method, null, $"the answer is not as expected: no hex. {e.Message}", e);
        }
    }

    public IEnumerable<RpcAnswer> Items()
    {
        if (Value.ValueKind != JsonValueKind.Array)
            throw Wrong("a list");
        var method = Method;
        return Value.EnumerateArray().Select(item => new RpcAnswer(method, item));
    }

    private BitcoinRpcException Wrong(string expected) =>
        new(Method, null, $"the answer is not as expected: {expected} is needed, '{Shorten(Value.ToString())}' was there.");

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
