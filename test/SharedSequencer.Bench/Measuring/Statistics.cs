namespace SharedSequencer.Bench.Measuring;

/// <summary>Medians and percentiles.</summary>
internal static class Statistics
{
    public static double Median(IReadOnlyList<double> values) => Percentile(values, 50);

    /// <summary>The value below which a share of all lie, between neighbours by their distance.</summary>
    /// <param name="percent">0 to 100.</param>
    public static double Percentile(IReadOnlyList<double> values, double percent)
    {
        if (values.Count == 0)
            throw new ArgumentException("There is no value to take a percentile of.", nameof(values));
        double[] sorted = [.. values];
        Array.Sort(sorted);
        var place = percent / 100 * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }

    /// <summary>p50, p95 and p99 in milliseconds, for a note.</summary>
    public static string Latency(IReadOnlyList<double> milliseconds) => milliseconds.Count == 0
        ? "no latency"
        : $"p50 {Percentile(milliseconds, 50):0.0} ms, p95 {Percentile(milliseconds, 95):0.0} ms, p99 {Percentile(milliseconds, 99):0.0} ms";
}
