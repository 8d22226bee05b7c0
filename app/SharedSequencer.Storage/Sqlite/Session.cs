using Microsoft.Data.Sqlite;

namespace SharedSequencer.Storage.Sqlite;

/// <summary>One open connection with its prepared statements: for one thread at a time.</summary>
internal sealed class Session : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    private Session(SqliteConnection connection) => _connection = connection;

    /// <exception cref="StorageException">The file cannot be opened or is no database.</exception>
    public static Session Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            var session = new Session(connection);

            // In WAL mode NORMAL never damages the file; a power cut can lose the newest blocks, which CometBFT replays.
            session.Run("PRAGMA busy_timeout = 5000; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;");
            return session;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw SqliteFailure.Of(exception, path);
        }
    }

    /// <summary>The statement for this text: prepared once, then reused. It must be at its end before its next use.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new Statement(_connection, sql));
        return statement;
    }

    /// <summary>Runs a script of several statements, once.</summary>
    public void Run(string script)
    {
        try
        {
            using var command = _connection.CreateCommand();
            command.CommandText = script;
            command.ExecuteNonQuery();
        }
        catch (SqliteException exception)
        {
            throw SqliteFailure.Of(exception, _connection.DataSource);
        }
    }

    /// <summary>The first column of the first row.</summary>
    public long Scalar(string sql)
    {
        var statement = Prepare(sql);
        var value = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return value;
    }

    public void Begin() => Prepare("BEGIN").Execute();

    public void BeginWrite() => Prepare("BEGIN IMMEDIATE").Execute();

    public void Commit() => Prepare("COMMIT").Execute();

    /// <summary>Ends the transaction without effect; SQLite may have done so already after a failure.</summary>
    public void Rollback()
    {
        foreach (var statement in _statements.Values)
            statement.Reset();
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            Prepare("ROLLBACK").Execute();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _connection.Dispose();
    }
}
