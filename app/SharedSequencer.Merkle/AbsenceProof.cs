using System.Diagnostics.CodeAnalysis;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Merkle;

/// <summary>
/// Proof that the state lacks a key: ICS-23's <c>NonExistenceProof</c> under <c>SmtSpec</c>. The two entries that lie
/// next to the key's place, in the order of SHA-256(key), with nothing between them; one is null at an end of the order.
/// </summary>
public sealed class AbsenceProof(ReadOnlyMemory<byte> key, ExistenceProof? left, ExistenceProof? right)
{
    public ReadOnlyMemory<byte> Key { get; } = key;

    /// <summary>The entry before the key's place; null when there is none.</summary>
    public ExistenceProof? Left { get; } = left;

    /// <summary>The entry after the key's place; null when there is none.</summary>
    public ExistenceProof? Right { get; } = right;

    /// <summary>True when the state with this root has no entry for the key.</summary>
    public bool Verify(in Hash256 root, ReadOnlySpan<byte> key)
    {
        if (!Key.Span.SequenceEqual(key))
            return false;
        var path = Hash256.Of(key);
        if (Left is not null && (!Left.Verify(root) || Left.Path.CompareTo(path) >= 0))
            return false;
        if (Right is not null && (!Right.Verify(root) || Right.Path.CompareTo(path) <= 0))
            return false;
        return (Left, Right) switch
        {
            (null, null) => false,
            (null, _) => IsFirst(Right.Steps.Span),
            (_, null) => IsLast(Left.Steps.Span),
            _ => AreNeighbours(Left.Steps.Span, Right.Steps.Span),
        };
    }

    internal byte[] ToProtobuf()
    {
        var writer = new WireWriter();
        writer.Bytes(1, Key.Span);
        if (Left is not null)
            writer.Bytes(2, Left.ToProtobuf());
        if (Right is not null)
            writer.Bytes(3, Right.ToProtobuf());
        return writer.ToArray();
    }

    internal static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out AbsenceProof? proof)
    {
        proof = null;
        ExistenceProof? left = null;
        ExistenceProof? right = null;
        var reader = new WireReader(bytes);
        var key = reader.Bytes(1).ToArray();
        if ((reader.TryMessage(2, out var content) && !ExistenceProof.TryParse(content, out left))
            || (reader.TryMessage(3, out content) && !ExistenceProof.TryParse(content, out right))
            || !reader.End())
        {
            return false;
        }

        proof = new AbsenceProof(key, left, right);
        return true;
    }

    /// <summary>
    /// True when no leaf lies left of such a path. Our tree has no empty children; the specification's are allowed
    /// for, so that every tree of <c>SmtSpec</c> is judged as its own verifier judges it.
    /// </summary>
    private static bool IsFirst(ReadOnlySpan<StateStep> steps)
    {
        foreach (ref readonly var step in steps)
        {
            if (step.SiblingIsLeft && step.Sibling != Hash256.Zero)
                return false;
        }

        return true;
    }

    private static bool IsLast(ReadOnlySpan<StateStep> steps)
    {
        foreach (ref readonly var step in steps)
        {
            if (!step.SiblingIsLeft && step.Sibling != Hash256.Zero)
                return false;
        }

        return true;
    }

    /// <summary>
    /// From the root down both share their way, then part, the one to the left and the other to the right, and below
    /// that the one is the last of its side and the other the first.
    /// </summary>
    private static bool AreNeighbours(ReadOnlySpan<StateStep> left, ReadOnlySpan<StateStep> right)
    {
        while (!left.IsEmpty && !right.IsEmpty && left[^1] == right[^1])
        {
            left = left[..^1];
            right = right[..^1];
        }

        return !left.IsEmpty && !right.IsEmpty
            && !left[^1].SiblingIsLeft && right[^1].SiblingIsLeft
            && IsLast(left[..^1]) && IsFirst(right[..^1]);
    }
}
