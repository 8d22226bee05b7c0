using System.Diagnostics.CodeAnalysis;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Merkle;

/// <summary>One step from a node of the state tree to its parent: the sibling, and the side it is on.</summary>
public readonly record struct StateStep(bool SiblingIsLeft, Hash256 Sibling);

/// <summary>
/// Proof that the state has an entry: ICS-23's <c>ExistenceProof</c> under <c>SmtSpec</c>. The steps go from the leaf
/// to the root.
/// </summary>
public sealed class ExistenceProof(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, StateStep[] steps)
{
    /// <summary>The field <c>leaf</c>: SHA-256 for hash, key and value, no length, prefix 0.</summary>
    private static readonly byte[] s_leafOp = [0x08, 1, 0x10, 1, 0x18, 1, 0x2a, 1, MerkleHash.LeafPrefix];

    public ReadOnlyMemory<byte> Key { get; } = key;

    public ReadOnlyMemory<byte> Value { get; } = value;

    public ReadOnlyMemory<StateStep> Steps { get; } = steps;

    /// <summary>SHA-256 of the key: the entry's place in the tree's order.</summary>
    internal Hash256 Path => Hash256.Of(Key.Span);

    /// <summary>True when the state with this root has this entry.</summary>
    public bool Verify(in Hash256 root, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Key.Span.SequenceEqual(key) && Value.Span.SequenceEqual(value) && Verify(root);

    /// <summary>True when the state with this root has the proof's own entry.</summary>
    public bool Verify(in Hash256 root)
    {
        // A deeper tree than this cannot be; and ICS-23 takes no empty key or value.
        if (Steps.Length > StatePath.Bits || Key.IsEmpty || Value.IsEmpty)
            return false;
        Span<byte> leaf = stackalloc byte[2 * Hash256.Length];
        Path.Span.CopyTo(leaf);
        Hash256.Of(Value.Span).Span.CopyTo(leaf[Hash256.Length..]);
        var hash = MerkleHash.Leaf(leaf);
        foreach (ref readonly var step in Steps.Span)
            hash = step.SiblingIsLeft ? MerkleHash.Inner(step.Sibling, hash) : MerkleHash.Inner(hash, step.Sibling);
        return hash == root;
    }

    internal byte[] ToProtobuf()
    {
        var writer = new WireWriter();
        writer.Bytes(1, Key.Span);
        writer.Bytes(2, Value.Span);
        writer.Bytes(3, s_leafOp);
        foreach (ref readonly var step in Steps.Span)
            writer.Bytes(4, InnerOp(step));
        return writer.ToArray();
    }

    /// <summary>Reads the message; whether it was written in the one canonical way is for the caller to compare.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ExistenceProof? proof)
    {
        proof = null;
        var reader = new WireReader(bytes);
        var key = reader.Bytes(1).ToArray();
        var value = reader.Bytes(2).ToArray();
        _ = reader.Bytes(3);
        var steps = new List<StateStep>();
        while (reader.TryMessage(4, out var content))
        {
            if (steps.Count == StatePath.Bits || !TryParseStep(content, out var step))
                return false;
            steps.Add(step);
        }

        if (!reader.End())
            return false;
        proof = new ExistenceProof(key, value, [.. steps]);
        return true;
    }

    /// <summary>SHA-256 over prefix ‖ child ‖ suffix: a left sibling is part of the prefix, a right one is the suffix.</summary>
    private static byte[] InnerOp(in StateStep step) => step.SiblingIsLeft
        ? [0x08, 1, 0x12, 1 + Hash256.Length, MerkleHash.InnerPrefix, .. step.Sibling.Span]
        : [0x08, 1, 0x12, 1, MerkleHash.InnerPrefix, 0x1a, Hash256.Length, .. step.Sibling.Span];

    private static bool TryParseStep(ReadOnlySpan<byte> bytes, out StateStep step)
    {
        step = default;
        if (bytes.Length <= Hash256.Length)
            return false;
        var sibling = Hash256.From(bytes[^Hash256.Length..]);
        step = new StateStep(SiblingIsLeft: false, sibling);
        if (bytes.SequenceEqual(InnerOp(step)))
            return true;
        step = new StateStep(SiblingIsLeft: true, sibling);
        return bytes.SequenceEqual(InnerOp(step));
    }
}
