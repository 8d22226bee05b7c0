using System.Diagnostics;
using SharedSequencer.Bench.Networks;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bench.Load;

/// <summary>
/// Sends a load over several lines as fast as it is taken, and counts what was committed by reading the blocks. An
/// account's transactions share a line, so that their nonces arrive in order.
/// </summary>
internal sealed class LoadRun(BenchNode node, LoadPlan plan)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly long[] _sentAt = new long[plan.Transactions.Count];
    private long _sent;
    private long _refused;

    /// <summary>Sends what the plan says, waits for what is under way, and reads all blocks.</summary>
    public async Task<LoadResult> RunAsync(Func<ISender> connect, CancellationToken cancellation)
    {
        using var calls = new CometCalls(node.Rpc);
        using var follower = new BlockFollower(node);
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var first = await calls.HeightAsync(cancellation);
        var follow = follower.RunAsync(first, following.Token);

        sending.CancelAfter(plan.Limit);
        await Task.WhenAll(Enumerable.Range(0, plan.Lines).Select(line => SendAsync(line, connect, follower, sending.Token, cancellation)));
        var end = Stopwatch.GetTimestamp();
        await UntilQuietAsync(follower, cancellation);
        await following.CancelAsync();
        await follow;
        return await CountAsync(calls, follower.Blocks, end, cancellation);
    }

    private async Task SendAsync(int line, Func<ISender> connect, BlockFollower follower, CancellationToken stop, CancellationToken cancellation)
    {
        using var sender = connect();
        await sender.ConnectAsync(cancellation);
        var batch = new ReadOnlyMemory<byte>[plan.PerWrite];
        var next = line;
        while (!stop.IsCancellationRequested && next < plan.Transactions.Count && follower.Items < plan.Warmup + plan.Measured)
        {
            if (Interlocked.Read(ref _sent) - follower.Items > plan.Window)
            {
                await Task.Delay(1, cancellation);
                continue;
            }

            var count = 0;
            var now = Stopwatch.GetTimestamp();
            for (; count < batch.Length && next < plan.Transactions.Count; count++, next += plan.Lines)
            {
                batch[count] = plan.Transactions[next];
                _sentAt[next] = now;
            }

            Interlocked.Add(ref _sent, count);
            var taken = await sender.SendAsync(batch.AsMemory(0, count), cancellation);
            Interlocked.Add(ref _refused, count - taken);
        }
    }

    /// <summary>Until everything is committed, or nothing has been for a while.</summary>
    private async Task UntilQuietAsync(BlockFollower follower, CancellationToken cancellation)
    {
        var (last, since) = (follower.Items, Stopwatch.GetTimestamp());
        while (follower.Items < Interlocked.Read(ref _sent) && Stopwatch.GetElapsedTime(since) < s_patience)
        {
            await Task.Delay(20, cancellation);
            if (follower.Items != last)
                (last, since) = (follower.Items, Stopwatch.GetTimestamp());
        }

        // A last block may hold a preamble in place of a transaction.
        await Task.Delay(500, cancellation);
    }

    private async Task<LoadResult> CountAsync(CometCalls calls, IReadOnlyList<SeenBlock> blocks, long end, CancellationToken cancellation)
    {
        Dictionary<Hash256, int> waiting = new(plan.Transactions.Count);
        for (var i = 0; i < plan.Transactions.Count; i++)
        {
            if (_sentAt[i] != 0)
                waiting.Add(Hash256.Of(plan.Transactions[i].Span), i);
        }

        SeenBlock? from = null;
        SeenBlock to = default;
        long items = 0, committed = 0;
        var full = 0;
        List<double> latencies = [];
        foreach (var block in blocks)
        {
            if (block.Items == 0)
                continue;
            var isMeasured = from is not null && block.At <= end;
            if (isMeasured)
                (to, full) = (block, full + 1);
            foreach (var id in await calls.IdsAsync(block.Height, cancellation))
            {
                if (!waiting.Remove(id, out var index) || !isMeasured)
                    continue;
                committed++;
                latencies.Add(Stopwatch.GetElapsedTime(_sentAt[index], block.At).TotalMilliseconds);
            }

            items += block.Items;
            if (from is null && items >= plan.Warmup)
                from = block;
        }

        if (from is not { } begin || committed == 0)
            throw new InvalidDataException($"Nothing was committed in the measured time; {Interlocked.Read(ref _sent)} transactions were sent, {_refused} refused.");
        var seconds = Stopwatch.GetElapsedTime(begin.At, to.At).TotalSeconds;
        return new LoadResult
        {
            Rate = committed / seconds,
            Committed = committed,
            Seconds = seconds,
            Blocks = full,
            Latencies = latencies,
            Lost = waiting.Count,
            CometCpu = (to.CometCpu - begin.CometCpu) / committed * 1e6,
            AppCpu = (to.AppCpu - begin.AppCpu) / committed * 1e6,
            SenderCpu = (to.SenderCpu - begin.SenderCpu) / committed * 1e6,
        };
    }
}
