using System.Runtime.InteropServices;
using SharedSequencer.Application.Ports;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Storage.History;
using SharedSequencer.Storage.Pruning;
using SharedSequencer.Storage.Reading;
using SharedSequencer.Storage.Sqlite;
using SharedSequencer.Storage.Upkeep;

namespace SharedSequencer.Storage;

/// <summary>
/// The chain in SQLite. A commit is one transaction: state, peaks, trees of slices, block, indexes and the record to step
/// back over it are all there afterwards, or none of them. Accounts go into one value for each block, and later into the table.
/// </summary>
/// <param name="retention">What to prune; null keeps all.</param>
public sealed class SqliteChainStore(NodeDatabase database, Retention? retention = null) : IChainStore
{
    /// <summary>So many of the newest blocks can be stepped back over, at least.</summary>
    public const int UndoHeights = ChangeFolding.KeptHeights;

    private const long CachedBytes = 32L * 1024 * 1024;

    /// <summary>Of the block that is being committed: used under the database's lock alone.</summary>
    private readonly WireWriter _encoding = new();
    private readonly BlockCache _cache = new(CachedBytes);
    private readonly BlockPruner _pruner = new(retention ?? new Retention());
    private ChainReader? _reader;
    private EvidenceAge? _evidenceAge;

    /// <summary>Queries, safe on every thread.</summary>
    public ChainReader Reader => _reader ??= new ChainReader(database, _cache);

    /// <inheritdoc />
    public EvidenceAge EvidenceAge => _evidenceAge ??= database.Read(EvidenceQueries.Load);

    /// <inheritdoc />
    public ChainState? Load(out CommittedTip tip)
    {
        var (state, found) = database.Read(LoadTip);
        tip = found;
        return state;
    }

    /// <inheritdoc />
    /// <exception cref="StorageException">The database refused it; nothing was stored.</exception>
    /// <exception cref="InvalidOperationException">The block does not follow the last one.</exception>
    public long Commit(CommittedBlock block)
    {
        var execution = block.Execution;
        var summary = new BlockSummary(
            execution.Context.Height, block.Hash, execution.Context.Time, execution.State.AppHash, block.Proposer);
        var evidence = block.EvidenceAge ?? EvidenceAge;
        var kept = default(KeptBlocks);
        database.Write(session =>
        {
            var lastHeight = BlockQueries.NewestHeight(session);
            if (lastHeight != 0 && summary.Height != lastHeight + 1)
                throw new InvalidOperationException($"Block {summary.Height} cannot be stored: the last one is {lastHeight}.");

            if (lastHeight == 0)
            {
                WriteMeta(session, "chain_id", execution.State.ChainId);
                if (block.EvidenceAge is { } age)
                    EvidenceQueries.Write(session, age);
            }

            WriteState(session, block, isFirst: lastHeight == 0);
            WritePeaks(session, execution);
            SliceLogTable.Append(session, execution);
            WriteBlock(session, summary, execution);
            kept = _pruner.Prune(session, summary, evidence);
        });
        _evidenceAge = evidence;
        for (var pruned = kept.From - kept.Pruned; pruned < kept.From; pruned++)
            _cache.Remove(pruned);
        _cache.Add(new StoredBlock(summary, execution.Preamble, execution.Transactions));
        database.Folding.HelpWhenBehind(summary.Height);
        return kept.From;
    }

    /// <inheritdoc />
    /// <exception cref="StorageException">The database refused it; nothing was stored.</exception>
    /// <exception cref="InvalidOperationException">The store has blocks.</exception>
    public void Restore(RestoredChain chain)
    {
        database.Write(session =>
        {
            if (session.Scalar("SELECT count(*) FROM blocks") != 0)
                throw new InvalidOperationException("A store that has blocks cannot start from a snapshot.");
            session.Run("DELETE FROM state; DELETE FROM peaks; DELETE FROM slice_log; DELETE FROM base; DELETE FROM changes; DELETE FROM light;");
            StateTable.Write(session, chain.State.Tree.Entries());
            foreach (var (id, peaks) in chain.State.SlicePeaks)
            {
                session.Prepare("INSERT INTO peaks (namespace, peaks) VALUES (?, ?)").Bind(1, id.ToArray()).Bind(2, peaks.Encode()).Execute();
                SliceLogTable.Start(session, id, peaks);
            }

            session.Prepare("INSERT INTO base (one, height, seconds, nanoseconds, app_hash) VALUES (1, ?, ?, ?, ?)")
                .Bind(1, chain.State.Height)
                .Bind(2, chain.State.Time.Seconds)
                .Bind(3, chain.State.Time.Nanoseconds)
                .Bind(4, chain.State.AppHash.Span)
                .Execute();
            WriteMeta(session, "chain_id", chain.State.ChainId);
            EvidenceQueries.Write(session, chain.EvidenceAge);
        });
        _evidenceAge = chain.EvidenceAge;
        _cache.Clear();
    }

    /// <summary>
    /// Takes the newest block back: the operator's answer to a CometBFT that was rolled back, and so is behind.
    /// </summary>
    /// <returns>The height that is now the last.</returns>
    /// <exception cref="StorageException">There is no record to step back with.</exception>
    public long StepBack()
    {
        var height = Reader.Query(chain => chain.Tip())?.Height ?? throw new StorageException("There is no block to step back over.");
        database.Write(session => StepBack(session, height));
        _cache.Clear();
        return height - 1;
    }

    private static void WriteMeta(Session session, string name, string value) => session
        .Prepare("INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .Bind(1, name).Bind(2, value).Execute();

    private static (ChainState? State, CommittedTip Tip) LoadTip(Session session)
    {
        if (BlockQueries.Tip(session) is not { } last)
            return (null, default);

        var state = ChainState.Restore(CollectionsMarshal.AsSpan(StateTable.Load(session)), PeakRows(session), last.Height, last.Time);
        return state.AppHash == last.AppHash
            ? (state, new CommittedTip(last.Height, last.Hash, last.AppHash))
            : throw new InvalidDataException(
                $"The stored state at height {last.Height} has the app hash {state.AppHash}, its block {last.AppHash}: the data folder is damaged. "
                + "Restore it from a copy, or remove it and let the node follow the chain anew.");
    }

    private static List<KeyValuePair<NamespaceId, byte[]>> PeakRows(Session session)
    {
        List<KeyValuePair<NamespaceId, byte[]>> peaks = [];
        var rows = session.Prepare("SELECT namespace, peaks FROM peaks");
        while (rows.Step())
            peaks.Add(new(NamespaceId.From(rows.Blob(0)), rows.Blob(1).ToArray()));
        return peaks;
    }

    private static void WritePeaks(Session session, ExecutedBlock execution)
    {
        var peaks = session.Prepare("INSERT INTO peaks (namespace, peaks) VALUES (?, ?) ON CONFLICT (namespace) DO UPDATE SET peaks = excluded.peaks");
        var slices = session.Prepare("INSERT INTO slices (namespace, number, height, entry_count, root) VALUES (?, ?, ?, ?, ?)");
        foreach (var slice in execution.Slices)
        {
            var id = slice.Namespace.ToArray();
            peaks.Bind(1, id).Bind(2, execution.State.SlicePeaks[slice.Namespace].Encode()).Execute();
            slices.Bind(1, id)
                .Bind(2, (long)slice.Number)
                .Bind(3, execution.Context.Height)
                .Bind(4, slice.Entries.Count)
                .Bind(5, slice.Root.Span)
                .Execute();
        }
    }

    private void WriteBlock(Session session, BlockSummary summary, ExecutedBlock execution)
    {
        var insert = session.Prepare(
            "INSERT INTO blocks (height, hash, seconds, nanoseconds, app_hash, proposer, preamble, transactions) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(1, summary.Height)
            .Bind(2, summary.Hash.Span)
            .Bind(3, summary.Time.Seconds)
            .Bind(4, summary.Time.Nanoseconds)
            .Bind(5, summary.AppHash.Span)
            .Bind(6, summary.Proposer.Span)
            .Bind(8, TransactionList.Encode(execution.Transactions, _encoding));
        if (execution.Preamble is { } preamble)
            insert.Bind(7, preamble).Execute();
        else
            insert.BindNull(7).Execute();

        // A transaction is in one block only: its nonce is used up.
        var index = session.Prepare("INSERT INTO transactions (id, height, position) VALUES (?, ?, ?)");
        for (var i = 0; i < execution.Transactions.Count; i++)
            index.Bind(1, execution.Transactions[i].Id.Span).Bind(2, summary.Height).Bind(3, i + 1).Execute();
    }

    /// <summary>Genesis is in the table at once: nobody steps back over the first block.</summary>
    private static void WriteState(Session session, CommittedBlock block, bool isFirst)
    {
        if (isFirst)
        {
            StateTable.Write(session, block.Changes);
            return;
        }

        var changes = BlockChanges.Of(block.Changes, block.Execution.Slices, block.Execution.Parent);
        session.Prepare("INSERT INTO changes (height, content) VALUES (?, ?)")
            .Bind(1, block.Execution.Context.Height)
            .Bind(2, changes.Encode())
            .Execute();
        StateTable.Write(session, block.Changes.Where(change => !StateKeys.IsAccount(change.Key.Span)));
    }

    private static void StepBack(Session session, long height)
    {
        var query = session.Prepare("SELECT content FROM changes WHERE height = ?").Bind(1, height);
        var changes = query.Step() ? BlockChanges.Decode(query.Blob(0), height) : null;
        query.Reset();
        if (changes is null || !BlockQueries.CanEndAt(session, height - 1))
        {
            throw new StorageException(
                $"Block {height} cannot be taken back: only the newest {UndoHeights} can, never the first, and none that a snapshot brought. "
                + "To go further back, remove the data folders of this node and of its CometBFT, and join the network anew.");
        }

        // The accounts of the table are still those of before.
        StateTable.Write(session, changes.Before);
        foreach (var (id, before) in changes.PeaksBefore)
        {
            if (before is null)
                session.Prepare("DELETE FROM peaks WHERE namespace = ?").Bind(1, id.ToArray()).Execute();
            else
                session.Prepare("UPDATE peaks SET peaks = ? WHERE namespace = ?").Bind(1, before).Bind(2, id.ToArray()).Execute();
            SliceLogTable.RemoveLast(session, id, SliceQueries.At(session, id, height)!.Value.Number);
            session.Prepare("DELETE FROM slices WHERE namespace = ? AND height = ?").Bind(1, id.ToArray()).Bind(2, height).Execute();
        }

        foreach (var transaction in BlockQueries.Block(session, height)!.Transactions)
            session.Prepare("DELETE FROM transactions WHERE id = ?").Bind(1, transaction.Id.Span).Execute();
        session.Prepare("DELETE FROM blocks WHERE height = ?").Bind(1, height).Execute();
        session.Prepare("DELETE FROM light WHERE height = ?").Bind(1, height).Execute();
        session.Prepare("DELETE FROM changes WHERE height = ?").Bind(1, height).Execute();

        // A checkpoint of the block that is gone proves nothing any more.
        session.Prepare("DELETE FROM anchors WHERE height = ?").Bind(1, height).Execute();
    }
}
