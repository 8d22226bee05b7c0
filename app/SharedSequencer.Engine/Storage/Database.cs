using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SharedSequencer.Engine.Storage;

/// <summary>The engine's SQLite file: one connection that writes through to the disk, and pooled ones that read.</summary>
internal sealed class Database : IDisposable
{
    private const string Schema =
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS block (
            height INTEGER PRIMARY KEY, hash BLOB NOT NULL, id BLOB NOT NULL, round INTEGER NOT NULL, header BLOB NOT NULL,
            body BLOB NOT NULL, transactions INTEGER NOT NULL, seen_commit BLOB, extension BLOB, extension_signature BLOB);
        CREATE INDEX IF NOT EXISTS block_by_hash ON block (hash);
        CREATE TABLE IF NOT EXISTS result (height INTEGER PRIMARY KEY, response BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS validators (height INTEGER PRIMARY KEY, members BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS params (height INTEGER PRIMARY KEY, params BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS tx (hash BLOB PRIMARY KEY, height INTEGER NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS tx_by_height ON tx (height);
        CREATE TABLE IF NOT EXISTS state (
            id INTEGER PRIMARY KEY CHECK (id = 1), chain_id TEXT NOT NULL, initial_height INTEGER NOT NULL, last_height INTEGER NOT NULL,
            last_block_id BLOB NOT NULL, last_time BLOB NOT NULL, last_validators BLOB, validators BLOB NOT NULL, next_validators BLOB NOT NULL,
            params BLOB NOT NULL, app_version INTEGER NOT NULL, app_hash BLOB NOT NULL, last_results_hash BLOB NOT NULL);
        """;

    private readonly string _path;
    private readonly SqliteConnection _writer;
    private readonly string _reading;

    /// <exception cref="EngineException">The file is no database, or cannot be opened.</exception>
    public Database(string path)
    {
        _path = path;
        _writer = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _reading = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = true }.ToString();
        try
        {
            _writer.Open();

            // FULL: what is committed is on the disk, as what follows in a block's making depends on it.
            Execute("PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL;");
            Execute(Schema);
        }
        catch (SqliteException error)
        {
            _writer.Dispose();
            throw Failure(error);
        }
    }

    /// <summary>Runs one transaction: all of it is on the disk afterwards, or nothing. For one thread at a time.</summary>
    public void Write(Action<Statements> work)
    {
        try
        {
            using var transaction = _writer.BeginTransaction();
            work(new Statements(_writer, transaction));
            transaction.Commit();
        }
        catch (SqliteException error)
        {
            throw Failure(error);
        }
    }

    /// <summary>Runs queries on a connection of their own. Safe on every thread.</summary>
    public T Read<T>(Func<Statements, T> work)
    {
        try
        {
            using var connection = new SqliteConnection(_reading);
            connection.Open();
            return work(new Statements(connection, null));
        }
        catch (SqliteException error)
        {
            throw Failure(error);
        }
    }

    public void Dispose()
    {
        using (var reading = new SqliteConnection(_reading))
            SqliteConnection.ClearPool(reading);
        _writer.Dispose();
    }

    private void Execute(string script)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }

    private EngineException Failure(SqliteException error) => new($"{Explain(error.SqliteErrorCode)} {error.Message}", error);

    private string Explain(int code) => code switch
    {
        raw.SQLITE_FULL => $"The disk that holds the engine's database {_path} is full: free some space and start again; nothing was lost.",
        raw.SQLITE_IOERR => $"The disk that holds the engine's database {_path} gives errors or is full: check it, and start again.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => $"The engine's database {_path} is damaged: put its folder back from a copy, or start a new chain with --reset.",
        raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM => $"The engine's database {_path} cannot be opened or written: check that it and its folder are yours.",
        _ => $"The engine's database {_path} refused a call.",
    };
}

/// <summary>Runs statements of one connection; parameters are numbered from 1 in the order given.</summary>
internal readonly struct Statements(SqliteConnection connection, SqliteTransaction? transaction)
{
    public void Run(string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    /// <summary>The first row, or null.</summary>
    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    public List<T> All<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"?{i + 1}", values[i] ?? DBNull.Value);
        return command;
    }
}
