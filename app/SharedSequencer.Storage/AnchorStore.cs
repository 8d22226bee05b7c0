using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage;

/// <summary>Keeps the anchors that were reported: local facts of this node, no part of the chain's state.</summary>
public sealed class AnchorStore(NodeDatabase database)
{
    /// <summary>
    /// Stores an anchor; a later report of the same transaction takes the place of the earlier one. In the same Bitcoin
    /// block confirmations only grow: reports may overtake one another.
    /// </summary>
    /// <returns>True when it changed anything.</returns>
    public bool Save(StoredAnchor anchor) => ChangesRow(session => session.Prepare(
        """
        INSERT INTO anchors (height, txid, bitcoin_block_hash, bitcoin_height, confirmations, evidence) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (height, txid) DO UPDATE SET
            bitcoin_block_hash = excluded.bitcoin_block_hash, bitcoin_height = excluded.bitcoin_height,
            confirmations = excluded.confirmations, evidence = excluded.evidence
        WHERE excluded.bitcoin_block_hash <> anchors.bitcoin_block_hash OR excluded.confirmations > anchors.confirmations
        RETURNING 1
        """)
        .Bind(1, anchor.Height)
        .Bind(2, anchor.Txid)
        .Bind(3, anchor.BitcoinBlockHash)
        .Bind(4, anchor.BitcoinHeight)
        .Bind(5, anchor.Confirmations)
        .Bind(6, anchor.Evidence));

    /// <summary>Forgets an anchor that a reorg of Bitcoin took away.</summary>
    /// <returns>False when it was not known.</returns>
    public bool Remove(long height, string txid) => ChangesRow(session => session
        .Prepare("DELETE FROM anchors WHERE height = ? AND txid = ? RETURNING 1").Bind(1, height).Bind(2, txid));

    private bool ChangesRow(Func<Session, Statement> prepare)
    {
        var changed = false;
        database.Write(session =>
        {
            var rows = prepare(session);
            while (rows.Step())
                changed = true;
        });
        return changed;
    }
}
