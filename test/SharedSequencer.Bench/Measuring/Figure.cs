namespace SharedSequencer.Bench.Measuring;

/// <summary>One measured figure, next to what it is compared with.</summary>
public sealed record Figure
{
    /// <summary>Stable: other programs find it by this.</summary>
    public required string Name { get; init; }

    /// <summary>The median of <see cref="Runs"/>.</summary>
    public required double Value { get; init; }

    public required string Unit { get; init; }

    /// <summary>What it is compared with, in words; empty when the goal stands for itself.</summary>
    public string Yardstick { get; init; } = "";

    /// <summary>The yardstick's median in the same run.</summary>
    public double? YardstickValue { get; init; }

    /// <summary><see cref="Value"/> as a share of <see cref="YardstickValue"/>.</summary>
    public double? Ratio { get; init; }

    /// <summary>In words; empty for what is reported only.</summary>
    public string Goal { get; init; } = "";

    /// <summary>Null when there is no goal.</summary>
    public bool? Met { get; init; }

    /// <summary>Every run's value, in the order of running.</summary>
    public required IReadOnlyList<double> Runs { get; init; }

    /// <summary>What else a reader needs: percentiles, shares, conditions.</summary>
    public string Note { get; init; } = "";

    /// <summary>A figure whose goal is a bound of its own.</summary>
    public static Figure AtMost(string name, string unit, IReadOnlyList<double> runs, double limit, string note = "") => new()
    {
        Name = name,
        Value = Statistics.Median(runs),
        Unit = unit,
        Goal = $"≤ {limit:0.###} {unit}",
        Met = Statistics.Median(runs) <= limit,
        Runs = runs,
        Note = note,
    };

    /// <summary>A figure that is reported without a goal.</summary>
    public static Figure Report(string name, string unit, IReadOnlyList<double> runs, string note = "") => new()
    {
        Name = name,
        Value = Statistics.Median(runs),
        Unit = unit,
        Runs = runs,
        Note = note,
    };
}
