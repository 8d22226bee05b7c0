using System.Diagnostics;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Bench.Networks;

namespace SharedSequencer.Bench.Load;

/// <summary>A block when it was seen.</summary>
/// <param name="At">Stopwatch ticks.</param>
/// <param name="Items">All items, a preamble among them.</param>
internal readonly record struct SeenBlock(long Height, long At, int Items, double CometCpu, double AppCpu, double SenderCpu);

/// <summary>Asks for new blocks' headers all the time, notes when each was there, and what processor time was used until then.</summary>
internal sealed class BlockFollower(BenchNode node) : IDisposable
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(5);

    private readonly CometCalls _calls = new(node.Rpc);
    private readonly List<SeenBlock> _blocks = [];
    private long _items;

    /// <summary>Complete once the follower has ended.</summary>
    public IReadOnlyList<SeenBlock> Blocks => _blocks;

    /// <summary>Items of all blocks seen so far.</summary>
    public long Items => Volatile.Read(ref _items);

    /// <summary>Follows from behind a height until it is cancelled.</summary>
    public async Task RunAsync(long height, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var blocks = await _calls.BlocksFromAsync(height + 1, stop);
                var now = Stopwatch.GetTimestamp();
                foreach (var (next, items) in blocks)
                {
                    height = next;
                    _blocks.Add(new SeenBlock(next, now, items, CpuTime.Of(node.Comet.Id), CpuTime.Of(node.App.Id), CpuTime.OfThis()));
                    Volatile.Write(ref _items, _items + items);
                }

                if (blocks.Count == 0)
                    await Task.Delay(s_poll, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    public void Dispose() => _calls.Dispose();
}
