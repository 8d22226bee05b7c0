using System.Collections.Immutable;

namespace SharedSequencer.CometBft.Types;

/// <summary>Bytes that never change, equal by content, printed as upper-case hex: CometBFT's own form.</summary>
public readonly struct HexBytes : IEquatable<HexBytes>
{
    private readonly ImmutableArray<byte> _bytes;

    private HexBytes(ImmutableArray<byte> bytes) => _bytes = bytes;

    /// <summary>No bytes: also the default value.</summary>
    public static HexBytes Empty => default;

    public int Length => _bytes.IsDefault ? 0 : _bytes.Length;

    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan();

    /// <summary>Copies the bytes.</summary>
    public static HexBytes From(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? default : new([.. bytes]);

    public byte[] ToArray() => Span.ToArray();

    public bool Equals(HexBytes other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is HexBytes other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Convert.ToHexString(Span);

    public static bool operator ==(HexBytes left, HexBytes right) => left.Equals(right);

    public static bool operator !=(HexBytes left, HexBytes right) => !left.Equals(right);
}
