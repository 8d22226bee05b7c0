using System.Diagnostics;
using SharedSequencer.Bench.Load;

namespace SharedSequencer.Bench.Networks;

/// <summary>A few transactions a second over all nodes in turn, each followed until it is committed.</summary>
internal static class LightLoad
{
    public const int PerSecond = 15;

    /// <returns>From submission to commit, as the submitter sees it, in milliseconds.</returns>
    public static async Task<List<double>> RunAsync(BenchNetwork network, ReadOnlyMemory<ReadOnlyMemory<byte>> transactions, CancellationToken cancellation)
    {
        var calls = network.Nodes.Select(n => new CometCalls(n.Rpc)).ToArray();
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / PerSecond);
            List<Task<double>> waiting = [];
            for (var i = 0; i < transactions.Length; i++)
            {
                waiting.Add(FollowAsync(calls[i % calls.Length], transactions.Span[i], cancellation));
                await timer.WaitForNextTickAsync(cancellation);
            }

            return [.. await Task.WhenAll(waiting)];
        }
        finally
        {
            foreach (var call in calls)
                call.Dispose();
        }
    }

    private static async Task<double> FollowAsync(CometCalls calls, ReadOnlyMemory<byte> transaction, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        await calls.CommitAsync(transaction, cancellation);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
