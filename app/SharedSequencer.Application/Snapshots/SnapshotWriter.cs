using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Snapshots;

/// <summary>
/// Writes a state as chunks, the same bytes on every node: the entries of the state by SHA-256 of their keys, then the
/// peaks of each namespace by its id. Each chunk is a message of its own: repeated field 1 {1 key, 2 value}, then
/// repeated field 2 {1 namespace, 2 peaks}. It holds one chunk in memory and reads an immutable state, so that the
/// chain goes on meanwhile.
/// </summary>
/// <param name="take">Given each chunk in order; the bytes are valid until it returns.</param>
internal sealed class SnapshotWriter(Action<ReadOnlyMemory<byte>> take, int chunkBytes = SnapshotMetadata.ChunkBytes)
{
    /// <summary>Tag and length of an entry take no more.</summary>
    private const int Framing = 16;

    private readonly WireWriter _chunk = new(Math.Min(chunkBytes, 1024 * 1024));
    private readonly WireWriter _item = new();
    private readonly List<Hash256> _hashes = [];

    /// <param name="cancellation">Stops it between entries.</param>
    /// <exception cref="InvalidOperationException">The state is larger than a snapshot can be.</exception>
    public SnapshotMetadata Write(ChainState state, EvidenceAge evidence, CancellationToken cancellation = default)
    {
        foreach (var entry in state.Tree.Entries())
        {
            cancellation.ThrowIfCancellationRequested();
            Add(1, entry.Key.Span, entry.Value!.Value.Span);
        }

        foreach (var (id, peaks) in state.SlicePeaks)
        {
            cancellation.ThrowIfCancellationRequested();
            Add(2, id.ToArray(), peaks.Encode());
        }

        EndChunk();
        return new SnapshotMetadata
        {
            Height = state.Height,
            Time = state.Time,
            AppHash = state.AppHash,
            EvidenceAge = evidence,
            Chunks = _hashes,
        };
    }

    private void Add(int field, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _item.Clear();
        _item.AlwaysBytes(1, key).AlwaysBytes(2, value);
        if (_chunk.Length > 0 && _chunk.Length + _item.Length + Framing > chunkBytes)
            EndChunk();
        _chunk.AlwaysBytes(field, _item.Written);
    }

    private void EndChunk()
    {
        if (_hashes.Count == SnapshotMetadata.MaximumChunks)
            throw new InvalidOperationException($"The state does not fit {SnapshotMetadata.MaximumChunks} chunks of {chunkBytes} bytes.");
        var bytes = _chunk.ToArray();
        _hashes.Add(Hash256.Of(bytes));
        take(bytes);
        _chunk.Clear();
    }
}
