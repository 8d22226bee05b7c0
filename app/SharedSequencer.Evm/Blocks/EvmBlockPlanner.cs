using SharedSequencer.Evm.Execution;

namespace SharedSequencer.Evm.Blocks;

/// <summary>
/// Cuts slices into EVM blocks, whose timestamps are whole seconds and must grow, while sequencer blocks may come faster. With p =
/// the parent's timestamp and t = the slice's block time in whole seconds: if p + 1 ≤ t + 15 the slice is one EVM block with
/// timestamp max(p + 1, t). Otherwise it gathers with all that follow with t &lt; p − 14 into one block with timestamp p + 1, closed
/// when a sequencer block, with or without a slice, of a time ≥ p − 14 is seen. So light traffic is executed at once, heavy traffic
/// within a second, and the EVM's clock is at most 15 s ahead.
/// The blocks are a function of the slices and of where the chain stood: ticks decide only how early a gathered block is known.
/// No clock, no randomness, no IO.
/// </summary>
public sealed class EvmBlockPlanner
{
    /// <summary>Seconds that the EVM's clock may be ahead of the sequencer's.</summary>
    public const ulong MaxSecondsAhead = 15;

    private readonly List<ExecutorSlice> _gathered = [];
    private ulong _parentTimestamp;
    private SliceMark _last;
    private DateTimeOffset _lastTime = DateTimeOffset.MinValue;
    private long _tipHeight;

    /// <param name="parentTimestamp">The newest EVM block's timestamp.</param>
    /// <param name="executed">The last slice in that block.</param>
    public EvmBlockPlanner(ulong parentTimestamp, SliceMark executed)
    {
        _parentTimestamp = parentTimestamp;
        _last = executed;
    }

    /// <summary>The slice that comes next, after those that gather.</summary>
    public ulong NextSlice => _last.SliceNumber + 1;

    /// <summary>The sequencer's height of the last slice, 0 before the first.</summary>
    public long LastHeight => _last.Height;

    /// <summary>Slices that wait for their block to close.</summary>
    public int Gathered => _gathered.Count;

    /// <summary>Takes the next slice.</summary>
    /// <returns>The blocks that are now complete: none, one, or a gathered one and the slice's own.</returns>
    /// <exception cref="SliceOutOfOrderException">Another slice is next.</exception>
    /// <exception cref="ArgumentException">Height or time does not follow the slice or tip before.</exception>
    public IReadOnlyList<EvmBlockPlan> Add(ExecutorSlice slice)
    {
        if (slice.Number != NextSlice)
            throw new SliceOutOfOrderException(NextSlice, slice.Number);
        if (slice.Height <= _last.Height)
            throw new ArgumentException($"Slice {slice.Number} is at height {slice.Height}, the one before at {_last.Height}.", nameof(slice));
        if (slice.Height < _tipHeight)
        {
            throw new ArgumentException(
                $"Slice {slice.Number} of height {slice.Height} came after the tip of height {_tipHeight}: slices go first.", nameof(slice));
        }

        CheckTime(slice.BlockTime, $"slice {slice.Number}");

        List<EvmBlockPlan> blocks = [];
        Close(slice.BlockTime, blocks);
        _last = new(slice.Number, slice.Height);
        _lastTime = slice.BlockTime;
        if (MustGather(slice.BlockTime))
            _gathered.Add(slice);
        else
            blocks.Add(Take(Math.Max(_parentTimestamp + 1, Seconds(slice.BlockTime)), [slice]));
        return blocks;
    }

    /// <summary>Takes a sequencer block's time. One below the last slice's height says nothing new.</summary>
    /// <returns>The gathered block, when this time closes it.</returns>
    public IReadOnlyList<EvmBlockPlan> Add(ExecutorTip tip)
    {
        List<EvmBlockPlan> blocks = [];
        if (tip.Height <= _last.Height)
            return blocks;
        CheckTime(tip.BlockTime, $"the block at height {tip.Height}");
        _tipHeight = Math.Max(_tipHeight, tip.Height);
        Close(tip.BlockTime, blocks);
        return blocks;
    }

    private static ulong Seconds(DateTimeOffset time) => (ulong)Math.Max(0, time.ToUnixTimeSeconds());

    private bool MustGather(DateTimeOffset time) => _parentTimestamp + 1 > Seconds(time) + MaxSecondsAhead;

    private void CheckTime(DateTimeOffset time, string what)
    {
        if (time < _lastTime)
            throw new ArgumentException($"The time of {what} is {time:O}, before the last slice's {_lastTime:O}: block time never goes back.");
    }

    private void Close(DateTimeOffset time, List<EvmBlockPlan> blocks)
    {
        if (_gathered.Count == 0 || MustGather(time))
            return;
        blocks.Add(Take(_parentTimestamp + 1, [.. _gathered]));
        _gathered.Clear();
    }

    private EvmBlockPlan Take(ulong timestamp, IReadOnlyList<ExecutorSlice> slices)
    {
        _parentTimestamp = timestamp;
        return new(timestamp, slices);
    }
}
