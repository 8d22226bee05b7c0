using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Storage.History;
using SharedSequencer.Storage.Reading;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Pruning;

/// <summary>
/// Deletes the oldest blocks with their transactions, slices and light blocks, and of the trees of slices all but the peaks, in the transaction of the commit that
/// makes them superfluous. A commit deletes few, so that its time stays what it is also when pruning begins late.
/// </summary>
internal sealed class BlockPruner(Retention retention)
{
    /// <summary>Blocks that one commit deletes at most: more than one, so that it catches up.</summary>
    public const int BlocksPerCommit = 4;

    public KeptBlocks Prune(Session session, BlockSummary tip, EvidenceAge evidence)
    {
        if (retention.Blocks == 0)
            return default;

        // What may be stepped back over, what evidence is judged by, what a joining node asks for.
        var keep = Math.Max(retention.Blocks, Math.Max(SqliteChainStore.UndoHeights + 1, evidence.Blocks));
        var below = tip.Height - keep + 1;
        if (retention.OldestSnapshot() is { } snapshot)
            below = Math.Min(below, snapshot);

        var earliest = BlockQueries.EarliestHeight(session);
        var from = earliest;
        while (from < below && from - earliest < BlocksPerCommit && IsOlder(session, from, tip.Time.Seconds - evidence.Seconds))
            Delete(session, from++);
        return new KeptBlocks(from, from - earliest);
    }

    private static bool IsOlder(Session session, long height, long seconds)
    {
        var row = session.Prepare("SELECT seconds FROM blocks WHERE height = ?").Bind(1, height);
        var isOlder = row.Step() && row.Int64(0) < seconds;
        row.Reset();
        return isOlder;
    }

    private static void Delete(Session session, long height)
    {
        var row = session.Prepare("SELECT transactions FROM blocks WHERE height = ?").Bind(1, height);
        List<Hash256> ids = row.Step() ? TransactionList.Ids(row.Blob(0), height) : [];
        row.Reset();
        var transaction = session.Prepare("DELETE FROM transactions WHERE id = ?");
        foreach (var id in ids)
            transaction.Bind(1, id.Span).Execute();
        foreach (var slice in SliceQueries.AtHeight(session, height))
            SliceLogTable.Prune(session, slice.Namespace, slice.Number);
        session.Prepare("DELETE FROM slices WHERE height = ?").Bind(1, height).Execute();
        session.Prepare("DELETE FROM blocks WHERE height = ?").Bind(1, height).Execute();

        // The chain's first header names its checkpoints in Bitcoin; the last checkpoint is where the relayer goes on.
        session.Prepare("DELETE FROM light WHERE height = ? AND height > (SELECT min(height) FROM light)").Bind(1, height).Execute();
        session.Prepare("DELETE FROM anchors WHERE height = ? AND height < (SELECT max(height) FROM anchors)").Bind(1, height).Execute();
    }
}

/// <summary>What a commit left.</summary>
/// <param name="From">The first height that is kept; 0 when nothing is ever pruned.</param>
/// <param name="Pruned">So many heights below it went with this commit.</param>
internal readonly record struct KeptBlocks(long From, long Pruned);
