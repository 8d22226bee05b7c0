using System.Buffers.Binary;
using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// A node of a <see cref="StateTree"/>. Nothing in it changes once the tree that made it has been handed out; the hash
/// is filled in before that, level by level.
/// </summary>
internal abstract class StateNode
{
    private Hash256 _hash;

    public ref readonly Hash256 Hash => ref _hash;

    public void SetHash(in Hash256 hash) => _hash = hash;

    /// <summary>The first 64 bits of the path of some leaf below.</summary>
    public abstract ulong PathStart { get; }

    public StateLeaf LeftmostLeaf()
    {
        var node = this;
        while (node is StateInner inner)
            node = inner.Left;
        return (StateLeaf)node;
    }

    public StateLeaf RightmostLeaf()
    {
        var node = this;
        while (node is StateInner inner)
            node = inner.Right;
        return (StateLeaf)node;
    }
}

/// <summary>An entry: its path, which is SHA-256 of the key, and key and value in one array, to save memory.</summary>
internal sealed class StateLeaf : StateNode
{
    private readonly Hash256 _path;
    private readonly byte[] _record;
    private readonly int _keyLength;

    public StateLeaf(in Hash256 path, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _path = path;
        _record = new byte[key.Length + value.Length];
        _keyLength = key.Length;
        key.CopyTo(_record);
        value.CopyTo(_record.AsSpan(key.Length));
    }

    public ref readonly Hash256 Path => ref _path;

    public override ulong PathStart => BinaryPrimitives.ReadUInt64BigEndian(_path.Span);

    public ReadOnlyMemory<byte> Key => _record.AsMemory(0, _keyLength);

    public ReadOnlyMemory<byte> Value => _record.AsMemory(_keyLength);
}

/// <summary>
/// A node with two children. All paths below agree in the bits before <see cref="Bit"/>; that bit is 0 on the left and
/// 1 on the right.
/// </summary>
internal sealed class StateInner(int bit, StateNode left, StateNode right) : StateNode
{
    private readonly ulong _pathStart = left.PathStart;
    private readonly ushort _bit = (ushort)bit;

    public int Bit => _bit;

    public StateNode Left { get; } = left;

    public StateNode Right { get; } = right;

    public override ulong PathStart => _pathStart;

    public StateNode Child(int side) => side == 0 ? Left : Right;

    /// <summary>The bit, before <see cref="Bit"/>, that all paths below have there.</summary>
    public int CommonBit(int index) => index < StatePath.StartBits
        ? (int)((_pathStart >> (StatePath.StartBits - 1 - index)) & 1)
        : StatePath.Bit(LeftmostLeaf().Path, index);

    /// <summary>
    /// The first bit in which a path differs from those below; <see cref="Bit"/> or more when it shares all their
    /// common bits. Paths that agree in 64 bits are rare, but can be made on purpose: then a leaf is asked.
    /// </summary>
    public int FirstDifference(in Hash256 path)
    {
        var difference = StatePath.FirstDifferenceOfStart(path, _pathStart);
        return difference < StatePath.StartBits || _bit <= StatePath.StartBits
            ? difference
            : StatePath.FirstDifference(path, LeftmostLeaf().Path);
    }
}
