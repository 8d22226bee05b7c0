using System.Diagnostics;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Storage.Reading;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Upkeep;

/// <summary>
/// Takes accounts over from <see cref="BlockChanges"/> into the flat state, many blocks at once, so that an account that
/// each of them touched is written once. What may be stepped back over stays as it is.
/// </summary>
/// <remarks>
/// A fold that breaks off loses nothing: the values of the blocks are deleted with its last step, and until then they go
/// over those in the table.
/// </remarks>
internal sealed class ChangeFolding(NodeDatabase database)
{
    /// <summary>So many of the newest blocks can be stepped back over.</summary>
    public const int KeptHeights = 100;

    /// <summary>With fewer blocks a fold is not worth its writes.</summary>
    private const int LeastBlocks = 32;

    /// <summary>So many blocks may wait before the one that commits has to help.</summary>
    private const int MostBlocks = 512;

    private const int AccountsAtOnce = 100_000;

    /// <summary>Few, because a commit may wait for it.</summary>
    private const int RowsAtOnce = 500;

    private readonly Lock _folding = new();

    /// <summary>Folds until few blocks are left, leaving room for commits between its steps.</summary>
    public void FoldMany(WaitHandle stopping)
    {
        while (Fold(LeastBlocks, pause => stopping.WaitOne(pause)))
        {
        }
    }

    /// <summary>Keeps what waits bounded, whatever the load.</summary>
    public void HelpWhenBehind(long height)
    {
        if (height % LeastBlocks == 0)
            Fold(MostBlocks, _ => false);
    }

    /// <summary>One fold, if so many blocks wait for it.</summary>
    /// <param name="least">At least 1.</param>
    /// <param name="pause">Called between steps with how long the last one took; true to break off.</param>
    /// <returns>True when something was folded.</returns>
    internal bool Fold(int least, Func<TimeSpan, bool> pause)
    {
        lock (_folding)
        {
            var (accounts, last) = database.Read(session => Waiting(session, least));
            if (last == 0)
                return false;

            for (var done = 0; done < accounts.Length; done += RowsAtOnce)
            {
                var started = Stopwatch.GetTimestamp();
                var step = new ArraySegment<StateChange>(accounts, done, Math.Min(RowsAtOnce, accounts.Length - done));
                database.Write(session => StateTable.Write(session, step));
                if (pause(Stopwatch.GetElapsedTime(started)))
                    return false;
            }

            database.Write(session => session.Prepare("DELETE FROM changes WHERE height <= ?").Bind(1, last).Execute());
            return true;
        }
    }

    private static (StateChange[] Accounts, long Last) Waiting(Session session, int least)
    {
        var below = BlockQueries.NewestHeight(session) - KeptHeights;
        var count = session.Prepare("SELECT count(*) FROM changes WHERE height <= ?").Bind(1, below);
        var waiting = count.Step() ? count.Int64(0) : 0;
        count.Reset();
        if (waiting < least)
            return ([], 0);

        Dictionary<AccountId, StateChange> accounts = [];
        long last = 0;
        var rows = session.Prepare("SELECT height, content FROM changes WHERE height <= ? ORDER BY height").Bind(1, below);
        while (accounts.Count < AccountsAtOnce && rows.Step())
        {
            last = rows.Int64(0);
            BlockChanges.Decode(rows.Blob(1), last).OverlayOn(accounts);
        }

        rows.Reset();
        var sorted = accounts.Values.ToArray();
        Array.Sort(sorted, static (x, y) => x.Key.Span.SequenceCompareTo(y.Key.Span));
        return (sorted, last);
    }
}
