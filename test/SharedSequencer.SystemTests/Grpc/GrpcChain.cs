using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Node;

namespace SharedSequencer.SystemTests.Grpc;

/// <summary>One real node for all tests of its gRPC: a namespace with five slices, one of them of two entries.</summary>
[SetUpFixture]
internal sealed class GrpcChain
{
    public const string Name = "grpc-tests";

    /// <summary>How many slices the namespace has.</summary>
    public const int Slices = 5;

    private static LiveChain? s_chain;

    public static LiveChain Chain => s_chain ?? throw new InvalidOperationException("The chain was not started.");

    public static NamespaceId Namespace { get; } = NamespaceId.OfName(Name);

    /// <summary>Heights of the slices, in order.</summary>
    public static List<long> Heights { get; } = [];

    /// <summary>The transaction of the last slice.</summary>
    public static Hash256 Last { get; private set; }

    /// <summary>The service's address as tools want it.</summary>
    public static string Address => $"127.0.0.1:{Chain.GrpcUrl.Port}";

    /// <summary>An account's next transaction, signed: nobody has seen it yet.</summary>
    public static async Task<SignedTransaction> NextAsync(string payload)
    {
        var account = await Chain.Client.GetAccountAsync(Chain.Key.PublicKey);
        return await Chain.SignAsync(account.PendingNonce, new SubmitData(Namespace, System.Text.Encoding.UTF8.GetBytes(payload)));
    }

    /// <summary>Runs a foreign program to its end; returns its exit code and all that it said.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, string folder, params string[] arguments)
    {
        using var files = new TemporaryFolder();
        var log = files.File("output");
        await using var process = ManagedProcess.Start(
            new ProcessSpec(Path.GetFileName(program), program, arguments, log) { WorkingDirectory = folder });
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));

        // Stopping waits for the last of the output.
        await process.StopAsync(TimeSpan.FromSeconds(10));
        return (process.ExitCode, await File.ReadAllTextAsync(log));
    }

    [OneTimeSetUp]
    public async Task Start()
    {
        s_chain = await LiveChain.StartAsync();
        await s_chain.RegisterAsync(Name);
        using var sender = new AccountSender(s_chain.Client, s_chain.Key);
        for (var i = 1; i <= Slices; i++)
        {
            List<TransactionAction> actions = [new SubmitData(Namespace, System.Text.Encoding.UTF8.GetBytes($"slice {i}"))];
            if (i == 3)
                actions.Add(new SubmitData(Namespace, new byte[10_000]));
            var sent = await sender.SendAsync(actions);
            var final = await s_chain.Client.WaitForAsync(sent.Transaction.Id, "final", TimeSpan.FromSeconds(60));
            Heights.Add(final.Height!.Value);
            Last = sent.Transaction.Id;
        }
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (s_chain is not null)
            await s_chain.DisposeAsync();
    }
}
