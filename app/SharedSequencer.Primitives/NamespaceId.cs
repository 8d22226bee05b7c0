using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SharedSequencer.Primitives;

/// <summary>
/// A namespace: the first 8 bytes of SHA-256("sharedsequencer/namespace/v1" ‖ name), ordered as big-endian bytes,
/// printed as 16 hex digits. All zeros and all ones are reserved.
/// </summary>
public readonly record struct NamespaceId(ulong Value) : IComparable<NamespaceId>
{
    /// <summary>Bytes in an id.</summary>
    public const int Length = 8;

    private static readonly byte[] s_domain = "sharedsequencer/namespace/v1"u8.ToArray();

    /// <summary>00…00 and ff…ff can be no rollup's: the Merkle tree of namespaces gives them a meaning of its own.</summary>
    public bool IsReserved => Value is 0 or ulong.MaxValue;

    /// <summary>The id of a name. The name itself is checked by <see cref="IsValidName"/>.</summary>
    public static NamespaceId OfName(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData([.. s_domain, .. bytes], digest);
        return From(digest[..Length]);
    }

    /// <summary>True for <c>[a-z0-9-]{3,32}</c>.</summary>
    public static bool IsValidName(string name)
    {
        if (name.Length is < 3 or > 32)
            return false;
        foreach (var c in name)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
                return false;
        }

        return true;
    }

    /// <summary>Takes 8 bytes as they are.</summary>
    /// <exception cref="ArgumentException">The span is not 8 bytes long.</exception>
    public static NamespaceId From(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes))
        : throw new ArgumentException($"8 bytes are needed, {bytes.Length} were given.", nameof(bytes));

    /// <summary>Reads 16 hex digits, of either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out NamespaceId id)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (!Hex.TryDecode(hex, bytes))
        {
            id = default;
            return false;
        }

        id = From(bytes);
        return true;
    }

    /// <summary>Writes the 8 bytes.</summary>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Value);

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public int CompareTo(NamespaceId other) => Value.CompareTo(other.Value);

    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
