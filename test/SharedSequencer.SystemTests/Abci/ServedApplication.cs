using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SharedSequencer.Abci;
using SharedSequencer.Abci.Calls;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.SystemTests.Abci;

/// <summary>An application behind a real server, with a folder for the programs that talk to it.</summary>
internal sealed class ServedApplication : IAbciFaultHandler, IAsyncDisposable
{
    private readonly TaskCompletionSource<AbciFault> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServedApplication(Func<TemporaryFolder, AbciAddress> address)
    {
        Server = new AbciServer(
            Application,
            new AbciServerOptions { Address = address(Folder) },
            this,
            NullLogger<AbciServer>.Instance);
    }

    public KeyValueApplication Application { get; } = new();

    public TemporaryFolder Folder { get; } = new();

    public AbciServer Server { get; }

    public Task<AbciFault> Fault => _fault.Task.WaitAsync(TimeSpan.FromSeconds(20));

    public bool HasFault => _fault.Task.IsCompleted;

    public static async Task<ServedApplication> StartAsync(bool tcp = false)
    {
        var served = new ServedApplication(folder =>
            tcp ? AbciAddress.Parse("tcp://127.0.0.1:0") : AbciAddress.Unix(folder.File("abci.sock")));
        await served.Server.StartAsync(CancellationToken.None);
        return served;
    }

    /// <summary>The program, or the test is ignored and says which one is missing.</summary>
    public static string Find(ProgramKind kind)
    {
        var program = ProgramFinder.Find(kind, ProgramFinder.FindRoot());
        if (program is null)
            Assert.Ignore($"{kind} is missing: put it on PATH or into $SEQ_SHARED/tools.");
        return program!;
    }

    public void OnFault(AbciFault fault) => _fault.TrySetResult(fault);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Folder.Dispose();
    }
}
