using System.Globalization;
using System.Reflection;

namespace SharedSequencer.Storage.Sqlite;

/// <summary>
/// Brings a database to this program's schema: numbered scripts, each run once, in order, in one transaction with the
/// number that records it (<c>PRAGMA user_version</c>).
/// </summary>
internal static class Migration
{
    private static readonly string[] s_scripts = [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    /// <summary>The oldest schema that can be brought up to date: those before have no trees of slices, and cannot have them.</summary>
    public const int Oldest = 4;

    /// <summary>The schema that this program knows.</summary>
    public static int Latest => s_scripts.Length;

    /// <exception cref="StorageException">A newer program made the database, or one that is too old.</exception>
    public static void Apply(Session session, string path)
    {
        var version = session.Scalar("PRAGMA user_version");
        if (version > Latest)
        {
            throw new StorageException(
                $"The database {path} has schema {version}; this program knows schemas up to {Latest}. A newer version made it: use that one.");
        }

        if (version is > 0 and < Oldest)
        {
            throw new StorageException(
                $"The database {path} has schema {version}, of an earlier version of this program; this one reads schemas from {Oldest} on. "
                + "It cannot be converted, because it lacks what proofs over time are made of. Start devnet with --reset; "
                + "elsewhere remove the data folders of this node and of its CometBFT, and join the network anew.");
        }

        for (var next = (int)version + 1; next <= Latest; next++)
        {
            session.BeginWrite();
            try
            {
                session.Run(Read(s_scripts[next - 1]));
                session.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {next}"));
                session.Commit();
            }
            catch
            {
                session.Rollback();
                throw;
            }
        }
    }

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
