using System.Buffers;

namespace SharedSequencer.Primitives;

/// <summary>Hex of an exact length, for the fixed-size values of this library.</summary>
internal static class Hex
{
    /// <summary>True when <paramref name="text"/> is exactly the hex of <paramref name="destination"/>'s length.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination) =>
        text.Length == destination.Length * 2
        && Convert.FromHexString(text, destination, out _, out _) == OperationStatus.Done;
}
