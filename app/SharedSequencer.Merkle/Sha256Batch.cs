using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// Hashes many short messages, eight at a time, each to its own place. Nothing is certain to be written before
/// <see cref="Flush"/>. The digests are those of SHA-256 wherever it runs: a machine without wide vectors, and a
/// message of more than two blocks, are served by the platform's SHA-256.
/// </summary>
internal ref struct Sha256Batch
{
    /// <summary>The longest message that fits two blocks with its padding.</summary>
    private const int LongestMessage = Stride - 9;

    private const int Stride = 2 * Sha256Lanes.BlockLength;

    private readonly Span<Hash256> _digests;
    private readonly byte[] _messages = new byte[Sha256Lanes.Count * Stride];
    private readonly int[] _lengths = new int[Sha256Lanes.Count];
    private readonly int[] _blocks = new int[Sha256Lanes.Count];
    private readonly int[] _targets = new int[Sha256Lanes.Count];
    private int _count;

    public Sha256Batch(Span<Hash256> digests) => _digests = digests;

    /// <summary>SHA-256(message) goes to <paramref name="target"/>.</summary>
    public void Add(int target, ReadOnlySpan<byte> message)
    {
        if (message.Length > LongestMessage)
            _digests[target] = Hash256.Of(message);
        else
            message.CopyTo(Reserve(target, message.Length));
    }

    /// <summary>SHA-256(prefix ‖ left ‖ right) goes to <paramref name="target"/>: a node of a binary tree.</summary>
    public void AddPair(int target, byte prefix, in Hash256 left, in Hash256 right)
    {
        var message = Reserve(target, 1 + (2 * Hash256.Length));
        message[0] = prefix;
        left.Span.CopyTo(message[1..]);
        right.Span.CopyTo(message[(1 + Hash256.Length)..]);
    }

    /// <summary>
    /// The place to write a message of at most 119 bytes to, before the next call. Its digest goes to
    /// <paramref name="target"/>.
    /// </summary>
    public Span<byte> Reserve(int target, int length)
    {
        if (_count == Sha256Lanes.Count)
            Flush();
        var blocks = length + 9 <= Sha256Lanes.BlockLength ? 1 : 2;
        var lane = _messages.AsSpan(_count * Stride, blocks * Sha256Lanes.BlockLength);
        lane[length..].Clear();
        lane[length] = 0x80;
        BinaryPrimitives.WriteInt32BigEndian(lane[^4..], length * 8);
        _lengths[_count] = length;
        _blocks[_count] = blocks;
        _targets[_count] = target;
        _count++;
        return lane[..length];
    }

    /// <summary>Hashes what has been added and not been hashed yet.</summary>
    public void Flush()
    {
        if (_count == 0)
            return;
        Span<byte> digests = stackalloc byte[Sha256Lanes.Count * Hash256.Length];
        if (Vector256.IsHardwareAccelerated)
        {
            // Lanes that nothing was added to since the last run have no block.
            _blocks.AsSpan(_count).Clear();
            Sha256Lanes.Hash(_messages, Stride, _blocks, digests);
        }
        else
        {
            for (var lane = 0; lane < _count; lane++)
                SHA256.HashData(_messages.AsSpan(lane * Stride, _lengths[lane]), digests[(lane * Hash256.Length)..]);
        }

        for (var lane = 0; lane < _count; lane++)
            _digests[_targets[lane]] = Hash256.From(digests.Slice(lane * Hash256.Length, Hash256.Length));
        _count = 0;
    }
}
