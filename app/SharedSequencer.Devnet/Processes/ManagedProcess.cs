using System.Diagnostics;

namespace SharedSequencer.Devnet.Processes;

/// <summary>What to start: a program, its arguments, and the file that takes all it prints.</summary>
public sealed record ProcessSpec(string Name, string Program, IReadOnlyList<string> Arguments, string LogFile)
{
    /// <summary>Variables beside the inherited ones; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public string? WorkingDirectory { get; init; }
}

/// <summary>A child process that this program started, and alone may end.</summary>
public sealed class ManagedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _pumps;

    private ManagedProcess(ProcessSpec spec, Process process, Task pumps)
    {
        Spec = spec;
        _process = process;
        _pumps = pumps;
    }

    public ProcessSpec Spec { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the program with its output appended to the log file.</summary>
    public static ManagedProcess Start(ProcessSpec spec)
    {
        var start = new ProcessStartInfo(spec.Program, spec.Arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = spec.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in spec.Environment)
            start.Environment[name] = value;

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(spec.LogFile))!);
        var log = new FileStream(spec.LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{spec.Name}: '{spec.Program}' did not start.");
        process.StandardInput.Close();
        return new ManagedProcess(spec, process, PumpAsync(process, log));
    }

    /// <summary>Ends it with SIGTERM, and with SIGKILL when it has not ended within <paramref name="grace"/>.</summary>
    /// <returns>True when it ended by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan grace)
    {
        if (!_process.HasExited)
            Signal.Send(_process.Id, Signal.Terminate);
        using var deadline = new CancellationTokenSource(grace);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            await _pumps;
            return true;
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            return false;
        }
    }

    /// <summary>SIGKILL: as a power cut would end it.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            Signal.Send(_process.Id, Signal.Kill);
        await _process.WaitForExitAsync();
        await _pumps;
    }

    /// <summary>Takes the processor away from it, as a machine that is overloaded would.</summary>
    public void Pause() => Signal.Send(_process.Id, Signal.Stop);

    /// <summary>Lets it go on.</summary>
    public void Resume() => Signal.Send(_process.Id, Signal.Continue);

    public Task WaitForExitAsync(CancellationToken cancellationToken = default) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>The end of what it printed, for an error message.</summary>
    public string LogTail(int lines = 20)
    {
        using var stream = new FileStream(Spec.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(-Math.Min(stream.Length, 64 * 1024), SeekOrigin.End);
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().Split('\n').TakeLast(lines));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(10));
        _process.Dispose();
    }

    private static async Task PumpAsync(Process process, FileStream log)
    {
        await using (log)
        {
            await Task.WhenAll(
                process.StandardOutput.BaseStream.CopyToAsync(log),
                process.StandardError.BaseStream.CopyToAsync(log));
        }
    }
}
