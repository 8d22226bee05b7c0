using System.Globalization;
using Microsoft.Data.Sqlite;
using SharedSequencer.Primitives;

namespace SharedSequencer.Relayer.Executing;

/// <summary>A slice that the executor took.</summary>
/// <param name="BlockHash">The sequencer block that it was verified against.</param>
/// <param name="ExecutorHash">The executor's block that ends with this slice; null while it gathers or when it ends inside one.</param>
internal sealed record JournalEntry(ulong Slice, long Height, Hash256 BlockHash, string? ExecutorHash);

/// <summary>
/// What was executed, in a small SQLite file: so that a diverging executor is noticed, and that firm can be compared with
/// soft. The executor's own head decides where to resume, never this file: when it is lost, nothing else is.
/// </summary>
internal sealed class ExecutionJournal : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Lock _lock = new();

    public ExecutionJournal(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
        Execute(
            """
            CREATE TABLE IF NOT EXISTS slices (
                number INTEGER PRIMARY KEY, height INTEGER NOT NULL, block_hash BLOB NOT NULL, executor_hash TEXT) STRICT;
            CREATE INDEX IF NOT EXISTS slices_by_height ON slices (height);
            """);
    }

    /// <summary>Records a slice; one that was executed again replaces what was known, except for the executor's hash.</summary>
    public void Write(JournalEntry entry)
    {
        lock (_lock)
        {
            using var command = _connection.CreateCommand();
            command.CommandText =
                """
                INSERT INTO slices (number, height, block_hash, executor_hash) VALUES ($number, $height, $hash, $executor)
                ON CONFLICT (number) DO UPDATE SET height = $height, block_hash = $hash, executor_hash = coalesce($executor, executor_hash)
                """;
            command.Parameters.AddWithValue("$number", (long)entry.Slice);
            command.Parameters.AddWithValue("$height", entry.Height);
            command.Parameters.AddWithValue("$hash", entry.BlockHash.ToArray());
            command.Parameters.AddWithValue("$executor", (object?)entry.ExecutorHash ?? DBNull.Value);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Records the hash of the executor's block that ends with a slice.</summary>
    public void SetExecutorHash(ulong slice, string hash)
    {
        lock (_lock)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "UPDATE slices SET executor_hash = $hash WHERE number = $number";
            command.Parameters.AddWithValue("$number", (long)slice);
            command.Parameters.AddWithValue("$hash", hash);
            command.ExecuteNonQuery();
        }
    }

    public JournalEntry? Find(ulong slice) => Query("number = $value", (long)slice);

    /// <summary>The newest slice at or below a height of the sequencer.</summary>
    public JournalEntry? NewestUpTo(long height) => Query("height <= $value ORDER BY height DESC", height);

    public void Dispose() => _connection.Dispose();

    private JournalEntry? Query(string condition, long value)
    {
        lock (_lock)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture, $"SELECT number, height, block_hash, executor_hash FROM slices WHERE {condition} LIMIT 1");
            command.Parameters.AddWithValue("$value", value);
            using var row = command.ExecuteReader();
            return row.Read()
                ? new JournalEntry((ulong)row.GetInt64(0), row.GetInt64(1), Hash256.From((byte[])row[2]), row.IsDBNull(3) ? null : row.GetString(3))
                : null;
        }
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
