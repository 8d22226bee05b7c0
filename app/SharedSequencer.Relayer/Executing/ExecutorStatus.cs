using System.Diagnostics.Metrics;
using SharedSequencer.Evm.Execution;

namespace SharedSequencer.Relayer.Executing;

/// <summary>Where the executor stands, for /readyz, /status and metrics. Safe on every thread.</summary>
internal sealed class ExecutorStatus
{
    private static readonly Meter s_meter = new("SharedSequencer.Relayer");
    private static readonly Counter<long> s_blocks = s_meter.CreateCounter<long>("relayer_executed_blocks", description: "Blocks that the executor made of slices");
    private static readonly Counter<long> s_included = s_meter.CreateCounter<long>("relayer_included_payloads", description: "Payloads that became transactions of the rollup");
    private static readonly Counter<long> s_dropped = s_meter.CreateCounter<long>("relayer_dropped_payloads", description: "Payloads that the rollup's rules refuse");

    private volatile BlockPosition? _head;
    private volatile BlockPosition? _firm;
    private volatile string? _problem = "The executor was not reached yet.";
    private volatile bool _halted;

    public BlockPosition? Head => _head;

    public BlockPosition? Firm => _firm;

    /// <summary>What is wrong, or null.</summary>
    public string? Problem => _problem;

    /// <summary>True when the executor diverged: it stays so until the process starts again.</summary>
    public bool Halted => _halted;

    public void Stands(ExecutorInfo info)
    {
        _head = info.Head;
        _firm = info.Firm;
        if (!_halted)
            _problem = null;
    }

    public void Executed(ExecutedBlock block)
    {
        _head = block.Position;
        if (!_halted)
            _problem = null;
        s_blocks.Add(1);
        foreach (var slice in block.Slices)
        {
            var dropped = slice.Payloads.Count(p => !p.IsIncluded);
            s_dropped.Add(dropped);
            s_included.Add(slice.Payloads.Count - dropped);
        }
    }

    public void MarkedFirm(BlockPosition? firm) => _firm = firm;

    public void Trouble(string problem)
    {
        if (!_halted)
            _problem = problem;
    }

    public void Halt(string problem)
    {
        _halted = true;
        _problem = $"The executor diverged and is halted: {problem}";
    }
}
