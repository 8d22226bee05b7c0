using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Blocks;

/// <summary>
/// The flat state: one row for each key. Accounts may be behind by the blocks of the table <c>changes</c>, whose values go
/// over them.
/// </summary>
internal static class StateTable
{
    /// <summary>Writes new values; null takes a key out.</summary>
    public static void Write(Session session, IEnumerable<StateChange> changes)
    {
        var upsert = session.Prepare("INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        var delete = session.Prepare("DELETE FROM state WHERE key = ?");
        foreach (var change in changes)
        {
            if (change.Value is { } value)
                upsert.Bind(1, change.Key.Span).Bind(2, value.Span).Execute();
            else
                delete.Bind(1, change.Key.Span).Execute();
        }
    }

    /// <summary>Every key with its value after the last block.</summary>
    public static List<StateChange> Load(Session session)
    {
        var newer = NewerAccounts(session);
        List<StateChange> entries = [];
        var rows = session.Prepare("SELECT key, value FROM state");
        while (rows.Step())
        {
            var key = rows.Blob(0);
            if (newer.Count == 0 || !StateKeys.IsAccount(key) || !newer.Remove(StateKeys.AccountOf(key), out var change))
                entries.Add(new StateChange(key.ToArray(), rows.Blob(1).ToArray()));
            else if (change.Value is not null)
                entries.Add(change);
        }

        foreach (var change in newer.Values)
        {
            if (change.Value is not null)
                entries.Add(change);
        }

        return entries;
    }

    private static Dictionary<AccountId, StateChange> NewerAccounts(Session session)
    {
        Dictionary<AccountId, StateChange> newer = [];
        var rows = session.Prepare("SELECT height, content FROM changes ORDER BY height");
        while (rows.Step())
            BlockChanges.Decode(rows.Blob(1), rows.Int64(0)).OverlayOn(newer);
        return newer;
    }
}
