using System.CommandLine;
using System.Runtime.InteropServices;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Demo;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Evm.Rpc;

namespace SharedSequencer.Devnet.Commands;

/// <summary>The command line of <c>scripts/devnet.sh</c>.</summary>
internal static class DevnetCommand
{
    private const int Failed = 1;

    public static RootCommand Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "Where keys, chains and logs are kept",
            DefaultValueFactory = _ => Path.Combine(ProgramFinder.FindRoot(), ".devnet"),
            HelpName = "DIR",
        };
        var validators = new Option<int>("--validators") { Description = "How many validators", DefaultValueFactory = _ => 1, HelpName = "N" };
        validators.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 20)
                result.AddError("--validators takes 1 to 20.");
        });
        var engine = new Option<string?>("--engine")
        {
            Description = "What orders the blocks: CometBFT, or an engine inside the node, for one validator. By default that of the last run; else CometBFT, if it is there",
        };
        engine.AcceptOnlyFromAmong(NetworkEngineNames.CometBft, NetworkEngineNames.Embedded);
        var exit = new Option<bool>("--exit-after-demo") { Description = "Stop everything when the demo is done" };
        var reset = new Option<bool>("--reset") { Description = "Forget the last run and start anew" };
        var root = new RootCommand("Starts a whole network on this machine, runs the demo, and leaves it running until Ctrl-C.")
        {
            data, validators, engine, exit, reset,
        };
        root.SetAction((result, _) => RunAsync(
            new NetworkPlan
            {
                Root = ProgramFinder.FindRoot(),
                Folder = Path.GetFullPath(result.GetRequiredValue(data)),
                Validators = result.GetRequiredValue(validators),
                DefaultPorts = true,
            },
            result.GetValue(engine),
            result.GetValue(exit),
            result.GetValue(reset)));
        return root;
    }

    /// <param name="engine">Null when none was named.</param>
    private static async Task<int> RunAsync(NetworkPlan plan, string? engine, bool exitAfterDemo, bool reset)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var progress = new Progress();
        try
        {
            if (reset)
                NetworkReset.Run(plan.Folder, progress.Say);
            plan = plan with
            {
                Engine = engine is null
                    ? EngineChoice.Choose(plan.Folder, plan.Root, plan.Validators, progress.Say)
                    : NetworkEngineNames.Parse(engine),
            };
            plan = PartChoice.Choose(plan, progress.Say);
            return await RunNetworkAsync(plan, exitAfterDemo, progress, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            progress.Say("everything is stopped");
            return exitAfterDemo ? Failed : 0;
        }
        catch (Exception e) when (e is MissingProgramException or IOException or InvalidDataException or InvalidOperationException or DemoFailedException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"devnet: {e.Message}");
            return Failed;
        }
        catch (Exception e) when (e is SequencerApiException or SequencerConnectionException or JsonRpcErrorException or ClientUnreachableException or BitcoinRpcException)
        {
            await Console.Error.WriteLineAsync($"devnet: a program of the network refused a call of the demo: {e.Message}\nIts logs are in {Path.Combine(plan.Folder, "logs")}.");
            return Failed;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> RunNetworkAsync(NetworkPlan plan, bool exitAfterDemo, Progress progress, CancellationToken stop)
    {
        TimeSpan? firstFinal = null;
        await using var network = await LocalNetwork.StartAsync(
            plan, progress.Say, async chain => firstFinal = await Namespaces.RegisterAsync(chain, progress, stop), stop);
        using var mining = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var miner = network.Bitcoin is { } bitcoin ? new Miner(bitcoin).RunAsync(mining.Token) : Task.Delay(Timeout.Infinite, mining.Token);
        var watch = WatchAsync(network, mining.Token);

        var transfer = network.Evm is null ? Task.CompletedTask : EthereumTransfer.RunAsync(network, progress, stop);
        var demo = Task.WhenAll(transfer, Note.RunAsync(network, progress, stop));
        await await Task.WhenAny(demo, watch, miner);
        progress.Say($"demo: {(network.Evm is null ? "the transaction is" : "both transactions are")} {DemoGoal.Of(network)}");
        ClosingWords.Print(network, firstFinal);
        if (!exitAfterDemo)
        {
            Console.WriteLine("Ctrl-C stops everything; run again to go on.");
            await await Task.WhenAny(watch, miner);
        }

        await mining.CancelAsync();
        return 0;
    }

    /// <summary>Ends with an exception when a program dies.</summary>
    private static async Task WatchAsync(LocalNetwork network, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (await timer.WaitForNextTickAsync(stop))
        {
            if (network.Dead() is { } dead)
                throw new InvalidOperationException($"{dead.Spec.Name} ended with code {dead.ExitCode}. The end of {dead.Spec.LogFile}:\n{dead.LogTail()}");
        }
    }
}
