using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// A node of a Namespaced Merkle Tree in the format of celestiaorg/nmt with 8-byte namespaces: least namespace below
/// it ‖ greatest ‖ SHA-256 digest, 48 bytes. A leaf's digest is over 0x00 ‖ namespace ‖ data, an inner node's over
/// 0x01 ‖ left node ‖ right node.
/// </summary>
public readonly record struct NamespacedHash(NamespaceId Least, NamespaceId Greatest, Hash256 Digest)
{
    /// <summary>Bytes in a node.</summary>
    public const int Length = (2 * NamespaceId.Length) + Hash256.Length;

    internal const int InnerMessageLength = 1 + (2 * Length);

    /// <summary>The root of a tree without leaves: namespaces of zeros and SHA-256 of no bytes.</summary>
    public static NamespacedHash Empty { get; } = new(default, default, MerkleHash.EmptyRoot);

    /// <summary>The node of a leaf.</summary>
    public static NamespacedHash Leaf(NamespaceId id, ReadOnlySpan<byte> data)
    {
        Span<byte> prefix = stackalloc byte[1 + NamespaceId.Length];
        prefix[0] = MerkleHash.LeafPrefix;
        id.CopyTo(prefix[1..]);
        return new NamespacedHash(id, id, MerkleHash.WithPrefix(prefix, data));
    }

    /// <summary>Where a leaf's data stands in the memory that <see cref="LeafInPlace"/> takes.</summary>
    public const int LeafDataStart = 1 + NamespaceId.Length;

    /// <summary>
    /// The node of a leaf, and beside it the leaf's hash in an RFC 6962 tree, whose leaves have no namespace. Both
    /// prefixes are written before the data, which is so neither copied nor hashed in pieces.
    /// </summary>
    /// <param name="message"><see cref="LeafDataStart"/> bytes to write in, then the data.</param>
    public static NamespacedHash LeafInPlace(NamespaceId id, Span<byte> message, out Hash256 leafHash)
    {
        message[0] = MerkleHash.LeafPrefix;
        id.CopyTo(message[1..]);
        var node = new NamespacedHash(id, id, Hash256.Of(message));
        message[LeafDataStart - 1] = MerkleHash.LeafPrefix;
        leafHash = Hash256.Of(message[(LeafDataStart - 1)..]);
        return node;
    }

    /// <summary>
    /// The node above two siblings. False when their namespaces overlap out of order: such a node has no meaning.
    /// </summary>
    public static bool TryCombine(in NamespacedHash left, in NamespacedHash right, out NamespacedHash parent)
    {
        if (left.Greatest.CompareTo(right.Least) > 0)
        {
            parent = default;
            return false;
        }

        Span<byte> message = stackalloc byte[InnerMessageLength];
        WriteInner(left, right, message);
        parent = new NamespacedHash(left.Least, right.Greatest, Hash256.Of(message));
        return true;
    }

    /// <summary>Reads the 48 bytes of a node; false for another length or a least namespace above the greatest.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out NamespacedHash node)
    {
        node = default;
        if (bytes.Length != Length)
            return false;
        var read = new NamespacedHash(
            NamespaceId.From(bytes[..NamespaceId.Length]),
            NamespaceId.From(bytes[NamespaceId.Length..(2 * NamespaceId.Length)]),
            Hash256.From(bytes[(2 * NamespaceId.Length)..]));
        if (!read.IsOrdered)
            return false;
        node = read;
        return true;
    }

    /// <summary>True when the least namespace is not above the greatest.</summary>
    public bool IsOrdered => Least.CompareTo(Greatest) <= 0;

    /// <summary>Writes the 48 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        Least.CopyTo(destination);
        Greatest.CopyTo(destination[NamespaceId.Length..]);
        Digest.Span.CopyTo(destination[(2 * NamespaceId.Length)..]);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>Writes what an inner node's digest is over.</summary>
    internal static void WriteInner(in NamespacedHash left, in NamespacedHash right, Span<byte> message)
    {
        message[0] = MerkleHash.InnerPrefix;
        left.CopyTo(message[1..]);
        right.CopyTo(message[(1 + Length)..]);
    }
}
