using System.Globalization;

namespace SharedSequencer.Bench.Measuring;

/// <summary>Processor time of a process from <c>/proc/PID/stat</c> (proc(5), fields 14 and 15), all its threads together.</summary>
internal static class CpuTime
{
    /// <summary>USER_HZ: 100 on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Seconds that a process has used so far; 0 when it has ended.</summary>
    public static double Of(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Seconds that this process has used so far.</summary>
    public static double OfThis() => Environment.CpuUsage.TotalTime.TotalSeconds;
}
