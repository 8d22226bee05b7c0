using System.Diagnostics;
using NUnit.Framework;
using SharedSequencer.Abci;
using SharedSequencer.Abci.Calls;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Tests.Abci;

/// <summary>A real server on a unix socket of its own.</summary>
internal sealed class AbciServerFixture : IAbciFaultHandler, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TaskCompletionSource<AbciFault> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AbciServerFixture(IAbciApplication application, Func<AbciServerOptions, AbciServerOptions>? configure = null)
    {
        var options = new AbciServerOptions { Address = AbciAddress.Unix(_folder.File("abci.sock")) };
        Server = new AbciServer(application, configure?.Invoke(options) ?? options, this, Logger);
        Server.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    public AbciServer Server { get; }

    public RecordingLogger Logger { get; } = new();

    public int Faults { get; private set; }

    /// <summary>The fault that was reported; waits for it.</summary>
    public Task<AbciFault> Fault => _fault.Task.WaitAsync(TimeSpan.FromSeconds(20));

    public AbciTestClient Connect() => new(Server.Address);

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(20)), $"waited for {what}");
            await Task.Delay(2);
        }
    }

    public void OnFault(AbciFault fault)
    {
        Faults++;
        _fault.TrySetResult(fault);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
