using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Reading;

/// <summary>Anchors as the table holds them.</summary>
internal static class AnchorQueries
{
    private const string Columns = "height, txid, bitcoin_block_hash, bitcoin_height, confirmations, evidence";

    public static StoredAnchor? Covering(Session session, long height, int confirmations) =>
        First(session.Prepare($"SELECT {Columns} FROM anchors WHERE height >= ? AND confirmations >= ? ORDER BY height, bitcoin_height LIMIT 1")
            .Bind(1, height).Bind(2, confirmations))
        ?? First(session.Prepare($"SELECT {Columns} FROM anchors WHERE height >= ? ORDER BY height, bitcoin_height LIMIT 1").Bind(1, height));

    public static StoredAnchor? Anchor(Session session, long height, string txid) =>
        First(session.Prepare($"SELECT {Columns} FROM anchors WHERE height = ? AND txid = ?").Bind(1, height).Bind(2, txid));

    public static StoredAnchor? Latest(Session session) =>
        First(session.Prepare($"SELECT {Columns} FROM anchors ORDER BY height DESC, bitcoin_height LIMIT 1"));

    private static StoredAnchor? First(Statement row)
    {
        var anchor = row.Step()
            ? new StoredAnchor
            {
                Height = row.Int64(0),
                Txid = row.Text(1),
                BitcoinBlockHash = row.Text(2),
                BitcoinHeight = row.Int64(3),
                Confirmations = (int)row.Int64(4),
                Evidence = row.Blob(5).ToArray(),
            }
            : null;
        row.Reset();
        return anchor;
    }
}
