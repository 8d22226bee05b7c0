using System.Globalization;
using System.Text;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Primitives;

namespace SharedSequencer.SystemTests.Bitcoin;

/// <summary>The sequencer's side of the poster: a chain of final blocks, and all reports that came of it.</summary>
internal sealed class SequencerChain : IAnchorSource, IAnchorObserver
{
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private readonly List<bool> _blocks = [];

    /// <summary>Every report, in order.</summary>
    public List<AnchorReport> Reports { get; } = [];

    /// <summary>False: nobody takes reports now.</summary>
    public bool IsListening { get; set; } = true;

    public ulong Height => (ulong)_blocks.Count;

    public static Hash256 HashAt(ulong height) => Hash256.Of(Encoding.ASCII.GetBytes(height.ToString(CultureInfo.InvariantCulture)));

    public void Add(bool withTransactions, int times = 1) => _blocks.AddRange(Enumerable.Repeat(withTransactions, times));

    public ValueTask<AnchorWork?> GetWorkAsync(ulong coveredHeight, CancellationToken cancellationToken)
    {
        if (_blocks.Count == 0)
            return new((AnchorWork?)null);
        FinalBlock? first = null;
        for (var height = coveredHeight + 1; height <= Height && first is null; height++)
            first = _blocks[(int)height - 1] ? Block(height) : null;
        return new(new AnchorWork(Block(Height), first));
    }

    public ValueTask<Hash256?> GetBlockHashAsync(ulong height, CancellationToken cancellationToken) =>
        new(height >= 1 && height <= Height ? HashAt(height) : null);

    public ValueTask<bool> OnAnchorAsync(AnchorReport report, CancellationToken cancellationToken)
    {
        if (IsListening)
            Reports.Add(report);
        return new(IsListening);
    }

    private FinalBlock Block(ulong height) => new(height, HashAt(height), _start.AddMilliseconds(height));
}
