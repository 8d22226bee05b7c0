namespace SharedSequencer.Devnet.Processes;

/// <summary>The processes of one network: started through it, noted, and ended together in reverse order.</summary>
public sealed class RunningSet(ProcessLedger ledger) : IAsyncDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    private readonly List<ManagedProcess> _processes = [];
    private readonly Lock _lock = new();

    public ManagedProcess Start(ProcessSpec spec)
    {
        var process = ManagedProcess.Start(spec);
        ledger.Add(process);
        lock (_lock)
            _processes.Add(process);
        return process;
    }

    /// <summary>A process that ended although nobody asked it to, or null.</summary>
    public ManagedProcess? Dead()
    {
        lock (_lock)
            return _processes.Find(p => p.HasExited);
    }

    /// <summary>Forgets a process that the caller ended, so that it does not count as dead.</summary>
    public void Forget(ManagedProcess process)
    {
        lock (_lock)
            _processes.Remove(process);
    }

    public async ValueTask DisposeAsync()
    {
        List<ManagedProcess> all;
        lock (_lock)
        {
            all = [.. _processes];
            _processes.Clear();
        }

        all.Reverse();
        foreach (var process in all)
        {
            await process.StopAsync(s_grace);
            await process.DisposeAsync();
        }
    }
}
