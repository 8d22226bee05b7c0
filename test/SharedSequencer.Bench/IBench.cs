using SharedSequencer.Bench.Measuring;

namespace SharedSequencer.Bench;

/// <summary>One thing to measure, with its yardstick, in one go.</summary>
internal interface IBench
{
    /// <summary>As <c>bench.sh NAME</c> takes it.</summary>
    string Name { get; }

    string Description { get; }

    /// <summary>False for what takes too long to run without being asked for.</summary>
    bool IsDefault => true;

    Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation);
}

/// <summary>What benches share.</summary>
/// <param name="Root">The project's root folder.</param>
/// <param name="Folder">For data, logs and the ledger of processes; emptied by the next run.</param>
/// <param name="Say">Told of each step.</param>
internal sealed record BenchContext(string Root, string Folder, Action<string> Say);
