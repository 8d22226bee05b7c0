using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SharedSequencer.Storage.Sqlite;
using SharedSequencer.Storage.Upkeep;

namespace SharedSequencer.Storage;

/// <summary>
/// The node's one SQLite file, <c>node.db</c> in its data folder: one connection that writes, several that read, none
/// of which waits for another (write-ahead log).
/// </summary>
public sealed class NodeDatabase : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "node.db";

    private const int IdleReaders = 8;

    private readonly FolderLock _lock;
    private readonly Session _writer;
    private readonly DatabaseUpkeep _upkeep;
    private readonly Lock _writing = new();
    private readonly ConcurrentBag<Session> _readers = [];
    private bool _isClosed;

    private NodeDatabase(string path, FolderLock folderLock, Session writer)
    {
        Path = path;
        _lock = folderLock;
        _writer = writer;
        Folding = new ChangeFolding(this);
        _upkeep = new DatabaseUpkeep(path, Folding, BetweenWrites);
    }

    public string Path { get; }

    internal ChangeFolding Folding { get; }

    /// <summary>Opens the database of a data folder, or makes it.</summary>
    /// <param name="folder">Made when it is missing, for its owner alone.</param>
    /// <param name="engine">What orders the blocks: recorded when the database is made, and never another afterwards.</param>
    /// <exception cref="StorageException">It is damaged, in use, of a newer schema, or of another engine.</exception>
    public static NodeDatabase Open(string folder, string engine)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The data folder {folder} cannot be made: {exception.Message}", exception);
        }

        var folderLock = FolderLock.Take(folder);
        Session? writer = null;
        NodeDatabase? database = null;
        try
        {
            var path = System.IO.Path.Combine(folder, FileName);
            writer = Session.Open(path, SqliteOpenMode.ReadWriteCreate);
            writer.Run("PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 0;");
            Migration.Apply(writer, path);
            database = new NodeDatabase(path, folderLock, writer);
            database.RecordEngine(engine);
            return database;
        }
        catch
        {
            if (database is not null)
            {
                database.Dispose();
            }
            else
            {
                writer?.Dispose();
                folderLock.Dispose();
            }

            throw;
        }
    }

    /// <summary>A value of the table meta, or null.</summary>
    internal string? Meta(string name) => Read(session =>
    {
        var statement = session.Prepare("SELECT value FROM meta WHERE name = ?").Bind(1, name);
        var value = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return value;
    });

    /// <summary>Runs one transaction: all of it is stored, or nothing.</summary>
    internal void Write(Action<Session> work)
    {
        lock (_writing)
        {
            _upkeep.NoteWrite();
            _writer.BeginWrite();
            try
            {
                work(_writer);
                _writer.Commit();
            }
            catch
            {
                _writer.Rollback();
                throw;
            }
        }
    }

    /// <summary>Runs queries that all see the same moment.</summary>
    internal T Read<T>(Func<Session, T> work)
    {
        if (!_readers.TryTake(out var session))
            session = Session.Open(Path, SqliteOpenMode.ReadOnly);
        try
        {
            session.Begin();
            var result = work(session);
            session.Commit();
            if (_readers.Count < IdleReaders)
                _readers.Add(session);
            else
                session.Dispose();
            return result;
        }
        catch
        {
            // Whatever state it is in, no one else gets it.
            session.Dispose();
            throw;
        }
    }

    private void BetweenWrites(Action work)
    {
        lock (_writing)
            work();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
            return;
        _upkeep.Dispose();
        while (_readers.TryTake(out var session))
            session.Dispose();
        lock (_writing)
            _writer.Dispose();
        _lock.Dispose();
    }

    private void RecordEngine(string engine)
    {
        var recorded = Meta("engine");
        if (recorded is null)
        {
            Write(session => session.Prepare("INSERT INTO meta (name, value) VALUES ('engine', ?)").Bind(1, engine).Execute());
        }
        else if (recorded != engine)
        {
            throw new StorageException(
                $"The chain in {Path} was made with the engine '{recorded}'; '{engine}' was asked for. Use '{recorded}', or start a new chain with --reset.");
        }
    }
}
