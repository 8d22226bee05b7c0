using System.Globalization;
using System.Runtime;

namespace SharedSequencer.Bench.Measuring;

/// <summary>This process's memory.</summary>
internal static class ProcessMemory
{
    private const double Megabyte = 1024 * 1024;

    /// <summary>Gives back what earlier benches used, and starts the peak anew.</summary>
    public static void StartAnew()
    {
        Collect();

        // proc(5): 5 resets the peak resident set size.
        File.WriteAllText("/proc/self/clear_refs", "5");
    }

    /// <summary>A collection of everything that can be collected.</summary>
    public static void Collect()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Megabytes (2^20) of managed objects in use.</summary>
    public static double Managed() => GC.GetTotalMemory(forceFullCollection: false) / Megabyte;

    /// <summary>The most megabytes (2^20) that were resident since <see cref="StartAnew"/>.</summary>
    public static double Peak() => Status("VmHWM:");

    /// <summary>Megabytes (2^20) that are resident.</summary>
    public static double Resident() => Status("VmRSS:");

    private static double Status(string name)
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return double.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) / 1024;
        }

        throw new InvalidDataException($"/proc/self/status has no line '{name}'.");
    }
}
