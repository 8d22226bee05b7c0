using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Reading;

/// <summary>Namespaces in the flat state, ordered by id.</summary>
internal static class NamespaceQueries
{
    public static List<(NamespaceRecord Record, NamespaceHead Head)> After(Session session, NamespaceId after, int limit)
    {
        List<(NamespaceRecord, NamespaceHead)> found = [];
        var rows = session.Prepare("SELECT value FROM state WHERE key > ? AND key < ? ORDER BY key LIMIT ?")
            .Bind(1, StateKeys.Namespace(after))
            .Bind(2, [StateKeys.NamespacePrefix + 1])
            .Bind(3, limit);
        while (rows.Step())
        {
            var record = NamespaceRecord.Decode(rows.Blob(0));
            found.Add((record, Head(session, record.Id)));
        }

        return found;
    }

    public static NamespaceHead Head(Session session, NamespaceId id)
    {
        var row = session.Prepare("SELECT value FROM state WHERE key = ?").Bind(1, StateKeys.Head(id));
        var head = row.Step() ? NamespaceHead.Decode(row.Blob(0)) : default;
        row.Reset();
        return head;
    }
}
