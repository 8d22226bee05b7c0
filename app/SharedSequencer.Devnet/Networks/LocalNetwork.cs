using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Devnet.Networks;

/// <summary>
/// A network of real programs on this machine: validators with their applications, geth with its gateway, bitcoind with
/// the relayer. Started again on the same folder it goes on where it was.
/// </summary>
public sealed class LocalNetwork : IAsyncDisposable
{
    private readonly FileStream _lock;
    private readonly RunningSet _running;
    private int _followers;

    private LocalNetwork(NetworkPlan plan, NetworkFolder folder, NetworkKeys keys, NetworkPrograms programs, FileStream folderLock, RunningSet running)
    {
        Plan = plan;
        Folder = folder;
        Keys = keys;
        Programs = programs;
        _lock = folderLock;
        _running = running;
    }

    public NetworkPlan Plan { get; }

    public Endpoints Endpoints { get; private set; } = null!;

    public IReadOnlyList<ValidatorNode> Validators { get; private set; } = [];

    /// <summary>Null without Bitcoin.</summary>
    public BitcoinPart? Bitcoin { get; private set; }

    /// <summary>Null without an EVM chain.</summary>
    public EvmPart? Evm { get; private set; }

    /// <summary>Null when there is nothing to relay.</summary>
    public RelayerPart? Relayer { get; private set; }

    /// <summary>Owns most coins of the chain.</summary>
    public SecretKey Developer => Keys.Developer;

    /// <summary>The EVM account that genesis funds.</summary>
    public static SecretKey EvmDeveloper => NetworkKeys.EvmDeveloper;

    /// <summary>The home of seqctl with the developer's key <c>dev</c>.</summary>
    public string CliHome => Folder.Cli;

    public string CliProgram => Programs.Cli;

    internal NetworkFolder Folder { get; }

    internal NetworkKeys Keys { get; }

    internal NetworkPrograms Programs { get; }

    /// <summary>Starts everything and waits until it is of use.</summary>
    /// <param name="say">Told of each step.</param>
    /// <param name="orders">What to do as soon as the chain orders transactions, beside the start of the rest.</param>
    /// <exception cref="MissingProgramException">A program is not to be had; nothing was started.</exception>
    /// <exception cref="IOException">Another devnet uses the folder, or a port is taken.</exception>
    /// <exception cref="InvalidOperationException">A program did not start; the message has the end of its log.</exception>
    public static async Task<LocalNetwork> StartAsync(
        NetworkPlan plan, Action<string> say, Func<LocalNetwork, Task>? orders = null, CancellationToken cancellation = default)
    {
        var programs = NetworkPrograms.Find(plan);
        var folder = new NetworkFolder(plan.Folder);
        folder.Create();
        var folderLock = Lock(folder.Root);
        var ledger = new ProcessLedger(folder.Root);
        var leftovers = ledger.EndLeftovers();
        if (leftovers.Count > 0)
            say($"ended what an earlier run left behind: {string.Join(", ", leftovers)}");

        var network = new LocalNetwork(plan, folder, NetworkKeys.LoadOrCreate(folder), programs, folderLock, new RunningSet(ledger));
        try
        {
            await network.StartPartsAsync(say, orders, cancellation);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>A program that ended although nobody asked it to, or null.</summary>
    public ManagedProcess? Dead() => _running.Dead();

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        await _lock.DisposeAsync();
    }

    /// <summary>
    /// Prepares a node more, which is no validator and dials all of them. It is not started, and the network's next
    /// run does not know it. A network on the embedded engine has none.
    /// </summary>
    /// <param name="overrides">Keys of its CometBFT's config.toml, such as <c>statesync.enable</c>.</param>
    public async Task<ValidatorNode> AddFollowerAsync(
        IReadOnlyDictionary<string, string>? overrides = null, CancellationToken cancellation = default)
    {
        var follower = new ValidatorNode(this, Validators.Count + _followers++, new PortChoice(new Dictionary<string, int>(), useDefaults: false));
        await follower.PrepareAsync(cancellation, overrides);
        follower.CopyGenesisFrom(Validators[0]);
        return follower;
    }

    internal ManagedProcess Run(ProcessSpec spec) => _running.Start(spec);

    internal void Forget(ManagedProcess process) => _running.Forget(process);

    internal static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"Another devnet runs in {folder}: end it, or name another folder with --data.", e);
        }
    }

    private async Task StartPartsAsync(Action<string> say, Func<LocalNetwork, Task>? orders, CancellationToken cancellation)
    {
        // Genesis names the validators: fewer would halt the chain, and one more would have no part in it.
        if (Folder.Validators is { } before && before != Plan.Validators)
            throw new InvalidOperationException($"The network in {Folder.Root} has {before} validators, not {Plan.Validators}: start it with --validators {before}, or anew with --reset.");
        if (Folder.Engine is { } engine && engine != Plan.Engine)
            throw new InvalidOperationException($"The network in {Folder.Root} was started with the engine '{engine.NameOf()}', not '{Plan.Engine.NameOf()}': start it with --engine {engine.NameOf()}, or anew with --reset.");
        if (Plan is { Engine: NetworkEngine.Embedded, Validators: > 1 })
            throw new InvalidOperationException($"The embedded engine is for development and runs one validator, not {Plan.Validators}: use --engine cometbft for more.");
        var ports = new PortChoice(Endpoints.Read(Folder.Root)?.Ports ?? new Dictionary<string, int>(), Plan.DefaultPorts);
        Validators = [.. Enumerable.Range(0, Plan.Validators).Select(i => new ValidatorNode(this, i, ports))];
        Evm = Plan.Evm ? new EvmPart(this, ports) : null;
        Bitcoin = Plan.Bitcoin ? new BitcoinPart(this, ports) : null;
        Relayer = Plan.Evm || Plan.Bitcoin ? new RelayerPart(this, ports) : null;
        WriteEndpoints(ports);

        // What does not depend on each other starts side by side.
        var validators = StartValidatorsAsync(say, cancellation);
        var geth = Evm?.StartGethAsync(say, cancellation) ?? Task.CompletedTask;
        var bitcoin = Bitcoin?.StartAsync(say, cancellation) ?? Task.CompletedTask;
        await Task.WhenAll(RelayAsync(), OrderAsync(), geth, bitcoin);

        async Task OrderAsync()
        {
            await validators;
            await (orders?.Invoke(this) ?? Task.CompletedTask);
            await geth;
            if (Evm is not null)
                await Evm.StartGatewayAsync(say, cancellation);
        }

        async Task RelayAsync()
        {
            await Task.WhenAll(validators, geth, bitcoin);
            if (Relayer is not null)
                await Relayer.StartAsync(say, cancellation);
        }
    }

    private async Task StartValidatorsAsync(Action<string> say, CancellationToken cancellation)
    {
        if (!File.Exists(Folder.Ready))
        {
            await Task.WhenAll(Validators.Select(v => v.PrepareAsync(cancellation)));
            NetworkGenesis.Write(this, Validators);
            await File.WriteAllTextAsync(Folder.Ready, "", cancellation);
        }
        else
        {
            await Task.WhenAll(Validators.Select(v => v.PrepareAsync(cancellation)));
        }

        // What seqctl trusts, until it is told otherwise.
        File.Copy(Validators[0].GenesisPath, Path.Combine(CliHome, "genesis.json"), overwrite: true);
        await Task.WhenAll(Validators.Select(v => v.StartAsync(cancellation)));
        await Task.WhenAll(Validators.Select(v => v.UntilReadyAsync(cancellation)));
        var parts = Plan.Engine == NetworkEngine.Embedded ? "sequencer with its embedded engine" : "CometBFT and sequencer";
        say($"{Validators.Count} validator{(Validators.Count == 1 ? "" : "s")}: {parts}, API {Validators[0].Api}");
    }

    private void WriteEndpoints(PortChoice ports)
    {
        Endpoints = new Endpoints
        {
            Engine = Plan.Engine.NameOf(),
            Api = [.. Validators.Select(v => v.Api.ToString().TrimEnd('/'))],
            Grpc = [.. Validators.Select(v => v.Grpc.ToString().TrimEnd('/'))],
            CometbftRpc = [.. Validators.Select(v => v.CometRpc.ToString().TrimEnd('/'))],
            Gateway = Evm is null ? new Dictionary<string, string>() : new() { [Plan.EvmNamespace] = Evm.Gateway.ToString().TrimEnd('/') },
            Executors = Evm is null ? new Dictionary<string, string>() : new() { [Plan.EvmNamespace] = Evm.Geth.ToString().TrimEnd('/') },
            Bitcoind = Bitcoin is null ? null : new BitcoindEndpoint(Bitcoin.Url.ToString().TrimEnd('/'), Bitcoin.CookieFile),
            Relayer = Relayer?.Url.ToString().TrimEnd('/'),
            Ports = ports.Chosen,
        };
        Endpoints.Write(Folder.Root);
    }
}
