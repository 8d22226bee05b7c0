using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Json;

/// <summary>
/// A value inside CometBFT's JSON, with its place for error messages. Strict in form: 64-bit integers are strings,
/// 32-bit ones are numbers, hashes are hex, bytes are base64. Members that nobody asks for are passed over, as newer
/// versions add some.
/// </summary>
internal readonly struct JsonField(JsonElement element, string path)
{
    private const int MaximumDepth = 64;

    private static readonly JsonDocumentOptions s_options = new()
    {
        MaxDepth = MaximumDepth,
        AllowDuplicateProperties = false,
    };

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    /// <summary>The value's own text.</summary>
    public string Raw => element.GetRawText();

    /// <summary>Reads a whole text; the caller disposes the document.</summary>
    /// <exception cref="CometJsonException">It is no JSON, has a repeated member, or is nested too deep.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            return JsonDocument.Parse(text, s_options);
        }
        catch (JsonException exception)
        {
            throw new CometJsonException($"The text is no JSON that can be read: {exception.Message}", exception);
        }
    }

    /// <summary>A member that must be there, though it may be null.</summary>
    public JsonField Get(string name) =>
        TryFind(name, out var field) ? field : throw new CometJsonException($"{path}: member '{name}' is missing.");

    /// <summary>False when the member is missing or null.</summary>
    public bool TryGet(string name, out JsonField field) => TryFind(name, out field) && !field.IsNull;

    /// <summary>The elements of an array, which Go writes as null when it is empty.</summary>
    public ImmutableArray<T> Array<T>(int maximum, Func<JsonField, T> read)
    {
        if (IsNull)
            return [];
        if (element.ValueKind != JsonValueKind.Array)
            throw Wrong("an array");
        var length = element.GetArrayLength();
        if (length > maximum)
            throw new CometJsonException($"{path}: {length} elements are more than the {maximum} that are possible.");
        var result = ImmutableArray.CreateBuilder<T>(length);
        foreach (var item in element.EnumerateArray())
            result.Add(read(new JsonField(item, $"{path}[{result.Count}]")));
        return result.MoveToImmutable();
    }

    public string Text() => element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong("a string");

    public bool Boolean() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false"),
    };

    /// <summary>int64: decimal digits in a string.</summary>
    public long Int64()
    {
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong("an int64 as a string");
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Wrong("an int64 as a string");
    }

    /// <summary>uint64: decimal digits in a string.</summary>
    public ulong UInt64()
    {
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong("a uint64 as a string");
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Wrong("a uint64 as a string");
    }

    public int Int32() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) ? value : throw Wrong("a 32-bit integer");

    public uint UInt32() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetUInt32(out var value) ? value : throw Wrong("an unsigned 32-bit integer");

    public HexBytes Hex()
    {
        try
        {
            return HexBytes.From(Convert.FromHexString(Text()));
        }
        catch (FormatException)
        {
            throw Wrong("hex");
        }
    }

    public Hash256 Hash() => OptionalHash() ?? throw Wrong("the 64 hex digits of a hash");

    /// <summary>Null for the empty string.</summary>
    public Hash256? OptionalHash()
    {
        var text = Text();
        if (text.Length == 0)
            return null;
        return Hash256.TryParse(text, out var hash) ? hash : throw Wrong("the 64 hex digits of a hash, or nothing");
    }

    public ValidatorAddress Address() => OptionalAddress() ?? throw Wrong("the 40 hex digits of an address");

    /// <summary>Null for the empty string.</summary>
    public ValidatorAddress? OptionalAddress()
    {
        var bytes = Hex();
        return bytes.Length switch
        {
            0 => null,
            ValidatorAddress.Length => ValidatorAddress.From(bytes.Span),
            _ => throw Wrong("the 40 hex digits of an address, or nothing"),
        };
    }

    /// <summary>Bytes in base64; Go writes null for none.</summary>
    public byte[] Base64()
    {
        if (IsNull)
            return [];
        return element.ValueKind == JsonValueKind.String && element.TryGetBytesFromBase64(out var value)
            ? value
            : throw Wrong("base64");
    }

    public CometTime Time() => CometTime.TryParse(Text(), out var time) ? time : throw Wrong("an RFC 3339 time in UTC");

    public CometJsonException Wrong(string wanted)
    {
        var raw = element.ValueKind == JsonValueKind.Undefined ? "nothing" : element.GetRawText();
        return new CometJsonException($"{path}: {wanted} is needed, not {(raw.Length > 80 ? raw[..80] + "…" : raw)}.");
    }

    private bool TryFind(string name, out JsonField field)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong("an object");
        var found = element.TryGetProperty(name, out var value);
        field = new JsonField(value, $"{path}.{name}");
        return found;
    }
}
