using SharedSequencer.Primitives;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Reading;

/// <summary>The index of slices.</summary>
internal static class SliceQueries
{
    private const string Columns = "number, height, entry_count, root";

    public static SlicePlace? At(Session session, NamespaceId id, long height)
    {
        var row = session.Prepare($"SELECT {Columns} FROM slices WHERE namespace = ? AND height = ?").Bind(1, id.ToArray()).Bind(2, height);
        SlicePlace? place = row.Step() ? ReadPlace(row, id) : null;
        row.Reset();
        return place;
    }

    public static List<SlicePlace> From(Session session, NamespaceId id, ulong number, int limit)
    {
        List<SlicePlace> places = [];
        if (number > long.MaxValue)
            return places;
        var rows = session.Prepare($"SELECT {Columns} FROM slices WHERE namespace = ? AND number >= ? ORDER BY number LIMIT ?")
            .Bind(1, id.ToArray()).Bind(2, (long)number).Bind(3, limit);
        while (rows.Step())
            places.Add(ReadPlace(rows, id));
        return places;
    }

    /// <summary>All slices of a block.</summary>
    public static List<(NamespaceId Namespace, ulong Number)> AtHeight(Session session, long height)
    {
        List<(NamespaceId, ulong)> found = [];
        var rows = session.Prepare("SELECT namespace, number FROM slices WHERE height = ?").Bind(1, height);
        while (rows.Step())
            found.Add((NamespaceId.From(rows.Blob(0)), (ulong)rows.Int64(1)));
        return found;
    }

    /// <summary>The number of the namespace's first slice that is kept; the next one's when none is.</summary>
    public static ulong Earliest(Session session, NamespaceId id)
    {
        var row = session.Prepare("SELECT number FROM slices WHERE namespace = ? ORDER BY number LIMIT 1").Bind(1, id.ToArray());
        var number = row.Step() ? (ulong)row.Int64(0) : NamespaceQueries.Head(session, id).SliceCount + 1;
        row.Reset();
        return number;
    }

    /// <summary>True when the namespace had a slice with this number and its place is not kept.</summary>
    public static bool IsPruned(Session session, NamespaceId id, ulong number)
    {
        if (number == 0 || number > NamespaceQueries.Head(session, id).SliceCount)
            return false;
        var row = session.Prepare("SELECT 1 FROM slices WHERE namespace = ? AND number = ?").Bind(1, id.ToArray()).Bind(2, (long)number);
        var isKept = row.Step();
        row.Reset();
        return !isKept;
    }

    private static SlicePlace ReadPlace(Statement row, NamespaceId id) =>
        new(id, (ulong)row.Int64(0), row.Int64(1), (uint)row.Int64(2), Hash256.From(row.Blob(3)));
}
