using Microsoft.Data.Sqlite;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Upkeep;

/// <summary>
/// Work on the database that no commit shall wait for, on a thread of its own: it folds what blocks changed into the
/// flat state, and moves what the write-ahead log holds into the database file.
/// </summary>
internal sealed class DatabaseUpkeep : IDisposable
{
    // Long enough that an idle chain hardly touches the disk, short enough that the log stays small under load.
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    /// <summary>A log of this many bytes is begun anew.</summary>
    private const long LogBytes = 32L * 1024 * 1024;

    private readonly FileInfo _log;
    private readonly Action<Action> _betweenWrites;
    private readonly ChangeFolding _folding;
    private readonly Session _session;
    private readonly ManualResetEvent _stopping = new(initialState: false);
    private readonly Thread _thread;
    private StorageException? _fault;
    private bool _isDirty;

    /// <param name="betweenWrites">Runs work while nobody writes.</param>
    public DatabaseUpkeep(string path, ChangeFolding folding, Action<Action> betweenWrites)
    {
        _folding = folding;
        _betweenWrites = betweenWrites;
        _log = new FileInfo(path + "-wal");
        _session = Session.Open(path, SqliteOpenMode.ReadWrite);

        // A reader may hold the log's beginning: the next round tries again, and no commit waits longer than this.
        _session.Run("PRAGMA busy_timeout = 50");
        _thread = new Thread(Run) { IsBackground = true, Name = "database upkeep" };
        _thread.Start();
    }

    /// <summary>Something was written.</summary>
    /// <exception cref="StorageException">The last attempt failed: the log would grow for ever.</exception>
    public void NoteWrite()
    {
        if (Volatile.Read(ref _fault) is { } fault)
            throw fault;
        Volatile.Write(ref _isDirty, true);
    }

    public void Dispose()
    {
        _stopping.Set();
        _thread.Join();
        _session.Dispose();
        _stopping.Dispose();
    }

    /// <summary>
    /// While blocks follow each other a passive checkpoint never meets the log's end, and the log grows. What little came
    /// since is moved with the writer held, so that the next commit begins the log anew.
    /// </summary>
    private void RestartLog()
    {
        _log.Refresh();
        if (_log.Exists && _log.Length > LogBytes)
            _betweenWrites(() => _session.Run("PRAGMA wal_checkpoint(RESTART)"));
    }

    private void Run()
    {
        while (!_stopping.WaitOne(s_interval))
        {
            if (!Volatile.Read(ref _isDirty))
                continue;
            Volatile.Write(ref _isDirty, false);
            try
            {
                _folding.FoldMany(_stopping);

                // Passive: it holds up neither readers nor the writer, and does what can be done without.
                _session.Run("PRAGMA wal_checkpoint(PASSIVE)");
                RestartLog();
            }
            catch (StorageException error)
            {
                Volatile.Write(ref _fault, error);
                return;
            }
        }
    }
}
