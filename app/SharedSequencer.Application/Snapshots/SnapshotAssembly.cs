using System.Runtime.InteropServices;
using SharedSequencer.Application.Ports;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Snapshots;

/// <summary>A snapshot that is being put together from chunks that peers sent.</summary>
internal sealed class SnapshotAssembly(SnapshotMetadata metadata)
{
    private readonly List<StateChange> _entries = [];
    private readonly List<KeyValuePair<NamespaceId, byte[]>> _peaks = [];

    public SnapshotMetadata Metadata => metadata;

    /// <summary>The chunk that is due.</summary>
    public int Next { get; private set; }

    public bool IsComplete => Next == metadata.Chunks.Count;

    /// <summary>True when the bytes are those that the offer named; anything else is the sender's fault.</summary>
    public bool IsGenuine(ReadOnlySpan<byte> chunk) => Hash256.Of(chunk) == metadata.Chunks[Next];

    /// <summary>Takes the chunk that is due.</summary>
    /// <exception cref="InvalidDataException">It is genuine and no chunk: the whole snapshot is worth nothing.</exception>
    public void Add(ReadOnlySpan<byte> chunk)
    {
        var reader = new WireReader(chunk);
        while (reader.TryMessage(1, out var item))
        {
            var (key, value) = Item(item);
            _entries.Add(new StateChange(key, value));
        }

        while (reader.TryMessage(2, out var item))
        {
            var (key, value) = Item(item);
            if (key.Length != NamespaceId.Length)
                throw new InvalidDataException($"Chunk {Next} has peaks for a namespace of {key.Length} bytes.");
            _peaks.Add(new(NamespaceId.From(key), value));
        }

        if (!reader.End())
            throw new InvalidDataException($"Chunk {Next} cannot be read: {reader.Error}.");
        Next++;
    }

    /// <summary>The chain, when all chunks are there.</summary>
    /// <param name="appHash">What CometBFT's light client trusts.</param>
    /// <exception cref="InvalidDataException">The chunks are not the state with this app_hash.</exception>
    public RestoredChain Build(Hash256 appHash)
    {
        ChainState state;
        try
        {
            state = ChainState.Restore(CollectionsMarshal.AsSpan(_entries), _peaks, metadata.Height, metadata.Time);
        }
        catch (ArgumentException error)
        {
            // A key that is there twice, or is empty.
            throw new InvalidDataException($"The snapshot's entries make no state: {error.Message}", error);
        }

        if (state.AppHash != appHash)
            throw new InvalidDataException($"The snapshot's state has the app hash {state.AppHash}, not {appHash}.");

        // app_hash binds the heads, and each head its peaks: what is left out would be missed at the namespace's next slice.
        var heads = 0;
        foreach (var entry in _entries)
        {
            if (entry.Key.Length == 1 + NamespaceId.Length && entry.Key.Span[0] == StateKeys.HeadPrefix)
                heads++;
        }

        if (state.SlicePeaks.Count != heads)
            throw new InvalidDataException($"The snapshot has the peaks of {state.SlicePeaks.Count} namespaces, its state the heads of {heads}.");
        return new RestoredChain(state, metadata.EvidenceAge);
    }

    private (byte[] Key, byte[] Value) Item(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var key = reader.Bytes(1).ToArray();
        var value = reader.Bytes(2).ToArray();
        return reader.End() ? (key, value) : throw new InvalidDataException($"An entry of chunk {Next} cannot be read: {reader.Error}.");
    }
}
