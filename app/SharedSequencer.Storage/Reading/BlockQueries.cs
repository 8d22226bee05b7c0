using SharedSequencer.Primitives;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Reading;

/// <summary>Blocks and transactions as the tables hold them.</summary>
internal static class BlockQueries
{
    private const string SummaryColumns = "height, hash, seconds, nanoseconds, app_hash, proposer";

    /// <summary>The newest block, or what a snapshot says of it: that has no hash and no proposer.</summary>
    public static BlockSummary? Tip(Session session) =>
        First(session.Prepare($"SELECT {SummaryColumns} FROM blocks ORDER BY height DESC LIMIT 1"), ReadSummary)
        ?? First(session.Prepare("SELECT height, seconds, nanoseconds, app_hash FROM base"), row => new BlockSummary(
            row.Int64(0), Hash256.Zero, new BlockTime(row.Int64(1), (int)row.Int64(2)), Hash256.From(row.Blob(3)), Array.Empty<byte>()));

    public static BlockSummary? Summary(Session session, long height) =>
        First(session.Prepare($"SELECT {SummaryColumns} FROM blocks WHERE height = ?").Bind(1, height), ReadSummary);

    public static StoredBlock? Block(Session session, long height) => First(
        session.Prepare($"SELECT {SummaryColumns}, preamble, transactions FROM blocks WHERE height = ?").Bind(1, height),
        row => new StoredBlock(
            ReadSummary(row),
            row.IsNull(6) ? null : row.Blob(6).ToArray(),
            TransactionList.Decode(row.Blob(7).ToArray(), height)));

    public static TransactionPlace? Transaction(Session session, Hash256 id)
    {
        var row = session.Prepare("SELECT height, position FROM transactions WHERE id = ?").Bind(1, id.Span);
        TransactionPlace? place = row.Step() ? new TransactionPlace(row.Int64(0), (uint)row.Int64(1)) : null;
        row.Reset();
        return place;
    }

    public static long NewestHeight(Session session) =>
        session.Scalar("SELECT coalesce((SELECT max(height) FROM blocks), (SELECT height FROM base))");

    public static long EarliestHeight(Session session) =>
        session.Scalar("SELECT coalesce((SELECT min(height) FROM blocks), (SELECT height + 1 FROM base))");

    /// <summary>True when what is kept can be a chain up to this height: its block is here, or a snapshot's state after it.</summary>
    public static bool CanEndAt(Session session, long height)
    {
        var row = session.Prepare("SELECT 1 FROM blocks WHERE height = ?1 UNION SELECT 1 FROM base WHERE height = ?1").Bind(1, height);
        var isThere = row.Step();
        row.Reset();
        return isThere;
    }

    private static BlockSummary ReadSummary(Statement row) => new(
        row.Int64(0),
        Hash256.From(row.Blob(1)),
        new BlockTime(row.Int64(2), (int)row.Int64(3)),
        Hash256.From(row.Blob(4)),
        row.Blob(5).ToArray());

    private static T? First<T>(Statement row, Func<Statement, T> read)
        where T : class
    {
        var result = row.Step() ? read(row) : null;
        row.Reset();
        return result;
    }
}
