using System.Globalization;
using SharedSequencer.Application.Ports;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.Reading;

/// <summary>How long evidence counts, as the table meta holds it: <c>BLOCKS/SECONDS</c>.</summary>
internal static class EvidenceQueries
{
    public static EvidenceAge Load(Session session)
    {
        var row = session.Prepare("SELECT value FROM meta WHERE name = 'evidence_age'");
        var text = row.Step() ? row.Text(0) : null;
        row.Reset();
        if (text is null)
            return EvidenceAge.Default;
        var parts = text.Split('/');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var blocks)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? new EvidenceAge(blocks, seconds)
                : throw new StorageException($"The database is damaged: its evidence age is '{text}'.");
    }

    public static void Write(Session session, EvidenceAge age) => session
        .Prepare("INSERT INTO meta (name, value) VALUES ('evidence_age', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .Bind(1, string.Create(CultureInfo.InvariantCulture, $"{age.Blocks}/{age.Seconds}")).Execute();
}
