using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SharedSequencer.Storage.Sqlite;

/// <summary>SQLite's result codes in words, with what to do.</summary>
internal static class SqliteFailure
{
    private const int PrimaryCode = 0xff;

    /// <summary>The exception for a failed call on an open connection.</summary>
    public static StorageException Of(SqliteConnection connection, int code, string doing) =>
        new($"{Explain(code, connection.DataSource)} While {doing}: {raw.sqlite3_errmsg(connection.Handle!).utf8_to_string()} ({code}).");

    /// <summary>The exception for what Microsoft.Data.Sqlite threw.</summary>
    public static StorageException Of(SqliteException exception, string path) =>
        new($"{Explain(exception.SqliteErrorCode, path)} {exception.Message}", exception);

    private static string Explain(int code, string path) => (code & PrimaryCode) switch
    {
        raw.SQLITE_FULL => $"The disk that holds {path} is full: free some space and start again; nothing was lost.",
        raw.SQLITE_IOERR => $"The disk that holds {path} gives errors or is full: check it, and start again.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            $"The database {path} is damaged: restore its folder from a copy, or remove the folder and let the node follow the chain anew.",
        raw.SQLITE_CANTOPEN => $"The database {path} cannot be opened: check that its folder exists and is yours.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => $"The database {path} cannot be written: check the rights on it and its folder.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"The database {path} is in use by another program: stop it.",
        _ => $"The database {path} refused a call.",
    };
}
