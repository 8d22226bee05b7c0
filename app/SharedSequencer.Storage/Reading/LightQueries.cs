using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Reading;

/// <summary>Light blocks as the table holds them.</summary>
internal static class LightQueries
{
    public static byte[]? LightBlock(Session session, long height)
    {
        var row = session.Prepare("SELECT light_block FROM light WHERE height = ?").Bind(1, height);
        var bytes = row.Step() ? row.Blob(0).ToArray() : null;
        row.Reset();
        return bytes;
    }

    /// <summary>The light block with the lowest height: it is never pruned.</summary>
    public static byte[]? First(Session session)
    {
        var row = session.Prepare("SELECT light_block FROM light ORDER BY height LIMIT 1");
        var bytes = row.Step() ? row.Blob(0).ToArray() : null;
        row.Reset();
        return bytes;
    }

    public static long Newest(Session session) => session.Scalar("SELECT max(height) FROM light");

    public static List<long> Missing(Session session, long from, int limit)
    {
        List<long> heights = [];
        var rows = session.Prepare(
            "SELECT height FROM blocks AS b WHERE height >= ? AND NOT EXISTS (SELECT 1 FROM light AS l WHERE l.height = b.height) ORDER BY height LIMIT ?")
            .Bind(1, from).Bind(2, limit);
        while (rows.Step())
            heights.Add(rows.Int64(0));
        return heights;
    }
}
