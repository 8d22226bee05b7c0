using System.Globalization;
using System.Numerics;

namespace SharedSequencer.Evm.Rpc;

/// <summary>Ethereum JSON-RPC's integers ("quantities"): 0x and hex digits without leading zeros.</summary>
public static class Quantity
{
    /// <summary>The form that is sent.</summary>
    public static string Of(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");

    /// <summary>The form that is sent.</summary>
    public static string Of(BigInteger value) => value.Sign < 0
        ? throw new ArgumentOutOfRangeException(nameof(value), value, "A quantity is never negative.")
        : "0x" + value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(1, '0');

    /// <summary>Reads what a client answered.</summary>
    /// <exception cref="FormatException">Not 0x and 1 to 16 hex digits.</exception>
    public static ulong ReadUInt64(string? text) =>
        text is not null && text.StartsWith("0x", StringComparison.Ordinal)
        && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"'{text}' is not a quantity of at most 64 bits.");

    /// <summary>Reads what a client answered.</summary>
    /// <exception cref="FormatException">Not 0x and 1 to 64 hex digits.</exception>
    public static BigInteger ReadUInt256(string? text) =>
        text is { Length: > 2 and <= 66 } && text.StartsWith("0x", StringComparison.Ordinal)
        && BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"'{text}' is not a quantity of at most 256 bits.");
}
