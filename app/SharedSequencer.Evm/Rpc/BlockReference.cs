using System.Text.Json;

namespace SharedSequencer.Evm.Rpc;

/// <summary>Which block's state a call asks for: a tag, a number, or a hash (EIP-1898), which alone cannot come to mean another block.</summary>
public readonly record struct BlockReference
{
    private readonly string? _text;
    private readonly bool _isHash;

    private BlockReference(string text, bool isHash)
    {
        _text = text;
        _isHash = isHash;
    }

    public static BlockReference Latest => new("latest", false);

    /// <summary>The state after what waits; of the gateway it counts what the gateway holds.</summary>
    public static BlockReference Pending => new("pending", false);

    public static BlockReference Safe => new("safe", false);

    public static BlockReference Finalized => new("finalized", false);

    public static BlockReference Number(ulong number) => new(Quantity.Of(number), false);

    public static BlockReference Hash(EvmHash hash) => new(hash.ToString(), true);

    internal bool IsHash => _isHash;

    internal string Text => _text ?? "latest";

    public override string ToString() => Text;

    internal void Write(Utf8JsonWriter writer)
    {
        if (!_isHash)
        {
            writer.WriteStringValue(Text);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("blockHash"u8, Text);
        writer.WriteEndObject();
    }
}
