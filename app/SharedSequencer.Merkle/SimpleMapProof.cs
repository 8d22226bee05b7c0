using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Merkle;

/// <summary>
/// Proof that a key has a value in a simple-Merkle map of CometBFT: an RFC 6962 tree whose leaves, sorted by key, are
/// uvarint(length of key) ‖ key ‖ 0x20 ‖ SHA-256(value). As the operator <see cref="OperatorType"/> of an
/// <c>abci_query</c> it is what a stock light client checks.
/// </summary>
public sealed class SimpleMapProof(byte[] key, InclusionProof proof)
{
    /// <summary>The type of the proof operator.</summary>
    public const string OperatorType = "simple:v";

    /// <summary>The key, which is also the operator's key.</summary>
    public ReadOnlyMemory<byte> Key { get; } = key;

    /// <summary>Where the leaf is in the map's tree.</summary>
    public InclusionProof Inclusion { get; } = proof;

    /// <summary>The hash of the leaf of one entry. Keys of this project are shorter than 128 bytes.</summary>
    /// <exception cref="ArgumentException">The key is empty or has 128 bytes or more.</exception>
    public static Hash256 LeafHash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.Length is 0 or >= 128)
            throw new ArgumentException($"A map's key has 1 to 127 bytes; this one has {key.Length}.", nameof(key));
        Span<byte> leaf = stackalloc byte[1 + key.Length + 1 + Hash256.Length];
        leaf[0] = (byte)key.Length;
        key.CopyTo(leaf[1..]);
        leaf[1 + key.Length] = Hash256.Length;
        Hash256.Of(value).Span.CopyTo(leaf[(2 + key.Length)..]);
        return MerkleHash.Leaf(leaf);
    }

    /// <summary>The proof's data: the bytes of <c>tendermint.crypto.ValueOp</c>.</summary>
    public byte[] ToValueOp()
    {
        var writer = new WireWriter();
        writer.Bytes(1, Key.Span);
        writer.Bytes(2, Inclusion.ToProtobuf());
        return writer.ToArray();
    }
}
