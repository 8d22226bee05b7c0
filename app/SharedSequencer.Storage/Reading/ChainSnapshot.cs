using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Storage.History;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Reading;

/// <summary>The chain at one moment: all that is asked here belongs together. Valid inside <see cref="ChainReader.Query"/> alone.</summary>
public sealed class ChainSnapshot
{
    private readonly Session _session;
    private readonly BlockCache _cache;
    private long? _newest;
    private long? _earliest;

    internal ChainSnapshot(Session session, BlockCache cache)
    {
        _session = session;
        _cache = cache;
    }

    /// <summary>
    /// The last committed block, or null before the first. Where the chain started from a snapshot and no block has
    /// followed, its hash is zero.
    /// </summary>
    public BlockSummary? Tip() => BlockQueries.Tip(_session);

    /// <summary>The first height whose block is still kept; 0 before the first block.</summary>
    public long EarliestHeight() => _earliest ??= BlockQueries.EarliestHeight(_session);

    public BlockSummary? Summary(long height) => Cached(height)?.Summary ?? BlockQueries.Summary(_session, height);

    /// <summary>A block with its content, or null when it is not there (not yet, or pruned).</summary>
    public StoredBlock? Block(long height)
    {
        if (Cached(height) is { } cached)
            return cached;
        var block = BlockQueries.Block(_session, height);
        if (block is not null)
            _cache.Add(block);
        return block;
    }

    /// <summary>Where a transaction is, or null when no block holds it.</summary>
    public TransactionPlace? Transaction(Hash256 id) => BlockQueries.Transaction(_session, id);

    /// <summary>A namespace's slice at a height, or null when the block holds none of it.</summary>
    public SlicePlace? SliceAt(NamespaceId id, long height) => SliceQueries.At(_session, id, height);

    /// <summary>A namespace's slices from a number on, ascending.</summary>
    public IReadOnlyList<SlicePlace> SlicesFrom(NamespaceId id, ulong number, int limit) => SliceQueries.From(_session, id, number, limit);

    /// <summary>True when the namespace had a slice with this number and it is no longer kept here, or never was.</summary>
    public bool IsSlicePruned(NamespaceId id, ulong number) => SliceQueries.IsPruned(_session, id, number);

    /// <summary>The number of the namespace's first slice that is kept; the next one's when none is.</summary>
    public ulong EarliestSlice(NamespaceId id) => SliceQueries.Earliest(_session, id);

    /// <summary>
    /// The nodes of a namespace's tree of slices: those that proofs of the kept slices need, and of whatever comes.
    /// </summary>
    public IMerkleNodes SliceLog(NamespaceId id) => new SliceLog(_session, id);

    /// <summary>Registered namespaces with an id above <paramref name="after"/>, ascending.</summary>
    public IReadOnlyList<(NamespaceRecord Record, NamespaceHead Head)> NamespacesAfter(NamespaceId after, int limit) =>
        NamespaceQueries.After(_session, after, limit);

    /// <summary>A height's light block as stored, or null when it has not been fetched.</summary>
    public byte[]? LightBlock(long height) => LightQueries.LightBlock(_session, height);

    /// <summary>The light block of the first height that has one, kept also when its block is pruned; null when there is none.</summary>
    public byte[]? FirstLightBlock() => LightQueries.First(_session);

    /// <summary>The newest height whose light block is stored, or 0.</summary>
    public long LightHeight() => LightQueries.Newest(_session);

    /// <summary>Heights of kept blocks whose light block is missing, ascending.</summary>
    public IReadOnlyList<long> HeightsWithoutLight(long from, int limit) => LightQueries.Missing(_session, from, limit);

    /// <summary>
    /// The anchor that covers a height: of those deep enough the one with the least checkpoint height, else the least of all.
    /// </summary>
    public StoredAnchor? AnchorOf(long height, int confirmations) => AnchorQueries.Covering(_session, height, confirmations);

    /// <summary>One reported anchor, or null.</summary>
    public StoredAnchor? Anchor(long height, string txid) => AnchorQueries.Anchor(_session, height, txid);

    /// <summary>The anchor with the greatest checkpoint height, or null.</summary>
    public StoredAnchor? LatestAnchor() => AnchorQueries.Latest(_session);

    /// <summary>The cache may be ahead of this moment, and may still hold what was pruned.</summary>
    private StoredBlock? Cached(long height) =>
        height <= (_newest ??= BlockQueries.NewestHeight(_session)) && height >= EarliestHeight() ? _cache.Find(height) : null;
}
