using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>What CometBFT's messages need beside plain fields. Faults become a <see cref="FormatException"/> that names the message.</summary>
internal static class WireReading
{
    /// <summary>A sub-message that is always written ("always" fields of gogoproto).</summary>
    public static ReadOnlySpan<byte> Message(this ref WireReader reader, int field, string owner)
    {
        if (reader.TryMessage(field, out var message))
            return message;
        throw new FormatException($"{owner}: {reader.Error ?? $"field {field} is missing or misplaced"}.");
    }

    /// <summary>A digest that may be left out.</summary>
    public static Hash256? Hash(this ref WireReader reader, int field)
    {
        var bytes = reader.Bytes(field);
        if (bytes.IsEmpty)
            return null;
        if (bytes.Length == Hash256.Length)
            return Hash256.From(bytes);
        reader.Fail($"field {field} has {bytes.Length} bytes, not {Hash256.Length}");
        return null;
    }

    /// <summary>An address that may be left out.</summary>
    public static ValidatorAddress? Address(this ref WireReader reader, int field)
    {
        var bytes = reader.Bytes(field);
        if (bytes.IsEmpty)
            return null;
        if (bytes.Length == ValidatorAddress.Length)
            return ValidatorAddress.From(bytes);
        reader.Fail($"field {field} has {bytes.Length} bytes, not {ValidatorAddress.Length}");
        return null;
    }

    public static int Int32(this ref WireReader reader, int field)
    {
        var value = reader.Int64(field);
        if (value is >= int.MinValue and <= int.MaxValue)
            return (int)value;
        reader.Fail($"field {field} does not fit 32 bits");
        return 0;
    }

    public static void EndOrThrow(this ref WireReader reader, string owner)
    {
        if (!reader.End())
            throw new FormatException($"{owner}: {reader.Error}.");
    }

    public static WireWriter Hash(this WireWriter writer, int field, Hash256? hash) =>
        hash is { } value ? writer.Bytes(field, value.Span) : writer;

    public static WireWriter Address(this WireWriter writer, int field, ValidatorAddress? address) =>
        address is { } value ? writer.Bytes(field, value.Span) : writer;
}
