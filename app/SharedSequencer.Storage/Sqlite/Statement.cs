using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SharedSequencer.Storage.Sqlite;

/// <summary>
/// A prepared statement that is used again and again by one thread at a time. It goes below Microsoft.Data.Sqlite
/// because Commit runs it some ten thousand times, and there parameters are objects.
/// </summary>
/// <remarks>Parameters count from 1, columns from 0, as in SQLite.</remarks>
internal sealed class Statement : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;
    private readonly string _sql;

    public Statement(SqliteConnection connection, string sql)
    {
        _connection = connection;
        _sql = sql;
        Check(raw.sqlite3_prepare_v3(connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), raw.SQLITE_OK);
    }

    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value), raw.SQLITE_OK);
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        var code = value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, index, 0)
            : raw.sqlite3_bind_blob(_statement, index, value);
        Check(code, raw.SQLITE_OK);
        return this;
    }

    public Statement Bind(int index, string value)
    {
        Check(raw.sqlite3_bind_text(_statement, index, Encoding.UTF8.GetBytes(value)), raw.SQLITE_OK);
        return this;
    }

    public Statement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(_statement, index), raw.SQLITE_OK);
        return this;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Execute()
    {
        try
        {
            Check(raw.sqlite3_step(_statement), raw.SQLITE_DONE);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Goes to the next row; false behind the last one, where the statement is ready for its next use.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
            return true;
        try
        {
            Check(code, raw.SQLITE_DONE);
        }
        finally
        {
            Reset();
        }

        return false;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A column's bytes, valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>Ends a query early; bindings stay.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public void Dispose() => _statement.Dispose();

    private void Check(int code, int expected)
    {
        if (code != expected)
            throw SqliteFailure.Of(_connection, code, $"running \"{_sql}\"");
    }
}
