using System.Security.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// The two hashes of an RFC 6962 tree: a leaf is SHA-256(0x00 ‖ data), an inner node SHA-256(0x01 ‖ left ‖ right).
/// The prefixes keep a leaf from being passed off as an inner node.
/// </summary>
public static class MerkleHash
{
    internal const byte LeafPrefix = 0;
    internal const byte InnerPrefix = 1;

    /// <summary>Leaves up to this size are joined with their prefix on the stack; longer ones are hashed in pieces.</summary>
    private const int StackLimit = 1024;

    /// <summary>The root of a tree without leaves: SHA-256 of no bytes.</summary>
    public static Hash256 EmptyRoot { get; } = Hash256.Of([]);

    /// <summary>The hash of a leaf.</summary>
    public static Hash256 Leaf(ReadOnlySpan<byte> data) => WithPrefix([LeafPrefix], data);

    /// <summary>The hash of an inner node.</summary>
    public static Hash256 Inner(in Hash256 left, in Hash256 right)
    {
        Span<byte> message = stackalloc byte[1 + (2 * Hash256.Length)];
        message[0] = InnerPrefix;
        left.Span.CopyTo(message[1..]);
        right.Span.CopyTo(message[(1 + Hash256.Length)..]);
        return Hash256.Of(message);
    }

    /// <summary>SHA-256(prefix ‖ data), without copying long data.</summary>
    internal static Hash256 WithPrefix(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> data)
    {
        if (data.Length <= StackLimit)
        {
            Span<byte> message = stackalloc byte[prefix.Length + data.Length];
            prefix.CopyTo(message);
            data.CopyTo(message[prefix.Length..]);
            return Hash256.Of(message);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(prefix);
        hash.AppendData(data);
        Span<byte> digest = stackalloc byte[Hash256.Length];
        hash.GetHashAndReset(digest);
        return Hash256.From(digest);
    }
}
