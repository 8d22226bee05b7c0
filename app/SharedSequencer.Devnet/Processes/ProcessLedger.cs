using System.Globalization;

namespace SharedSequencer.Devnet.Processes;

/// <summary>
/// The processes that were started for a folder, with the moment of their start: after a crash the next run ends those
/// that are left, and no others, even when an id has been given to somebody else.
/// </summary>
public sealed class ProcessLedger(string folder)
{
    private readonly string _file = Path.Combine(folder, "processes");
    private readonly Lock _lock = new();

    /// <summary>Notes a process.</summary>
    public void Add(ManagedProcess process)
    {
        lock (_lock)
        {
            if (StartOf(process.Id) is { } start)
                File.AppendAllLines(_file, [$"{process.Id.ToString(CultureInfo.InvariantCulture)} {start} {process.Spec.Name}"]);
        }
    }

    /// <summary>Ends what an earlier run left behind.</summary>
    /// <returns>The names of what was ended.</returns>
    public IReadOnlyList<string> EndLeftovers()
    {
        List<string> ended = [];
        lock (_lock)
        {
            if (!File.Exists(_file))
                return ended;
            foreach (var line in File.ReadAllLines(_file))
            {
                if (line.Split(' ', 3) is not [var idText, var start, var name] || !int.TryParse(idText, CultureInfo.InvariantCulture, out var id))
                    continue;
                if (StartOf(id) != start)
                    continue;
                Signal.Send(id, Signal.Kill);
                ended.Add(name);
                while (StartOf(id) == start)
                    Thread.Yield();
            }

            File.Delete(_file);
        }

        return ended;
    }

    /// <summary>The kernel's start time of a living process (proc(5), field 22); null when there is none.</summary>
    private static string? StartOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

            // A zombie has ended; only its parent has not looked.
            return fields[0] == "Z" ? null : fields[19];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
