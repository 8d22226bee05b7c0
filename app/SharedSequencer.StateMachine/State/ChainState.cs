using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.StateMachine.State;

/// <summary>
/// One committed version of the state: immutable, so that queries read it on other threads while the next is made.
/// </summary>
public sealed class ChainState : IStateView
{
    private const int CachedRecords = 4096;

    private readonly StateTree _tree;
    private readonly RecordCache<AccountId, AccountRecord> _accounts = new(CachedRecords);
    private readonly RecordCache<NamespaceId, NamespaceRecord> _namespaces;

    private ChainState(
        StateTree tree,
        ImmutableSortedDictionary<NamespaceId, MerklePeaks> slicePeaks,
        long height,
        BlockTime time,
        RecordCache<NamespaceId, NamespaceRecord>? namespaces = null)
    {
        _tree = tree;
        _namespaces = namespaces ?? new(CachedRecords);
        SlicePeaks = slicePeaks;
        Height = height;
        Time = time;
        ChainId = Encoding.UTF8.GetString(Require(StateKeys.ChainId));
        Parameters = ChainParameters.Decode(Require(StateKeys.Parameters));
        AppHash = Merkle.AppHash.Of(tree.Root);
    }

    /// <summary>Height of the block that made it; 0 for genesis.</summary>
    public long Height { get; }

    /// <summary>Time of that block.</summary>
    public BlockTime Time { get; }

    /// <summary>What the next header carries as app_hash.</summary>
    public Hash256 AppHash { get; }

    public string ChainId { get; }

    public ChainParameters Parameters { get; }

    /// <summary>Every namespace's tree of slices, kept by its peaks beside the state that holds its root.</summary>
    public ImmutableSortedDictionary<NamespaceId, MerklePeaks> SlicePeaks { get; }

    /// <summary>The tree below <see cref="AppHash"/>, for proofs.</summary>
    public StateTree Tree => _tree;

    public ulong FeeAccount => _tree.TryGet(StateKeys.FeeAccount, out var value) ? BinaryPrimitives.ReadUInt64BigEndian(value.Span) : 0;

    /// <summary>The state before the first block.</summary>
    public static ChainState AtGenesis(GenesisState genesis) =>
        new(StateTree.Empty.Apply(genesis.Entries()), ImmutableSortedDictionary<NamespaceId, MerklePeaks>.Empty, 0, genesis.Time);

    /// <summary>The state as storage gives it back. Each namespace's peaks are checked against its head.</summary>
    /// <param name="entries">Every key with its value.</param>
    /// <param name="slicePeaks">What <see cref="MerklePeaks.Encode"/> gave.</param>
    /// <exception cref="InvalidDataException">Peaks and heads do not belong together.</exception>
    public static ChainState Restore(
        ReadOnlySpan<StateChange> entries, IEnumerable<KeyValuePair<NamespaceId, byte[]>> slicePeaks, long height, BlockTime time)
    {
        var bare = new ChainState(
            StateTree.Empty.Apply(entries), ImmutableSortedDictionary<NamespaceId, MerklePeaks>.Empty, height, time);
        var peaks = bare.SlicePeaks.ToBuilder();
        foreach (var (id, bytes) in slicePeaks)
        {
            var head = bare.Head(id);
            if (!MerklePeaks.TryRestore(bytes, head.SliceCount, head.Root, out var restored))
                throw new InvalidDataException($"Namespace {id}: the stored peaks do not give the {head.SliceCount} slices with root {head.Root} of the state.");
            peaks.Add(id, restored);
        }

        return new ChainState(bare._tree, peaks.ToImmutable(), height, time);
    }

    /// <summary>The version after a block.</summary>
    /// <param name="changes">Each key at most once.</param>
    public ChainState With(
        ReadOnlySpan<StateChange> changes,
        ImmutableSortedDictionary<NamespaceId, MerklePeaks> slicePeaks,
        long height,
        BlockTime time) =>
        new(changes.IsEmpty ? _tree : _tree.Apply(changes), slicePeaks, height, time, ChangesNamespaces(changes) ? null : _namespaces);

    public FeeMeter FeeMeter => _tree.TryGet(StateKeys.FeeMeter, out var value) ? FeeMeter.Decode(value.Span) : default;

    public FeeMeter NamespaceMeter(NamespaceId id) =>
        _tree.TryGet(StateKeys.Meter(id), out var value) ? FeeMeter.Decode(value.Span) : default;

    public AccountRecord Account(AccountId id)
    {
        if (_accounts.TryGet(id, out var known))
            return known;
        var record = _tree.TryGet(StateKeys.Account(id), out var value) ? AccountRecord.Decode(value.Span) : default;
        _accounts.Add(id, record);
        return record;
    }

    public NamespaceRecord? Namespace(NamespaceId id)
    {
        if (_namespaces.TryGet(id, out var known))
            return known;
        if (!_tree.TryGet(StateKeys.Namespace(id), out var value))
            return null;
        var record = NamespaceRecord.Decode(value.Span);
        _namespaces.Add(id, record);
        return record;
    }

    public NamespaceHead Head(NamespaceId id) =>
        _tree.TryGet(StateKeys.Head(id), out var value) ? NamespaceHead.Decode(value.Span) : default;

    private static bool ChangesNamespaces(ReadOnlySpan<StateChange> changes)
    {
        foreach (ref readonly var change in changes)
        {
            if (change.Key.Span[0] == StateKeys.NamespacePrefix)
                return true;
        }

        return false;
    }

    private byte[] Require(ReadOnlySpan<byte> key) => _tree.TryGet(key, out var value)
        ? value.ToArray()
        : throw new InvalidDataException($"The state has no '{Encoding.UTF8.GetString(key)}'.");
}
