using System.Numerics;
using NUnit.Framework;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Evm.Geth;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Primitives;

namespace SharedSequencer.SystemTests.Evm;

/// <summary>A real geth with a rollup's genesis, in a folder of its own; it can be killed and started again.</summary>
internal sealed class GethNode : IAsyncDisposable
{
    public static readonly BigInteger Ether = BigInteger.Pow(10, 18);

    private readonly TemporaryFolder _folder = new();
    private readonly string _program;
    private readonly GethCommandLine _command;
    private ManagedProcess? _process;

    private GethNode(string program, EvmRollupRules rules)
    {
        _program = program;
        Rules = rules;
        _command = new GethCommandLine
        {
            DataFolder = _folder.File("geth"),
            Rules = rules,
            HttpPort = FreePort.Next(),
            EnginePort = FreePort.Next(),
            SecretFile = _folder.File("jwt.hex"),
            CacheMegabytes = 128,
        };
        EngineSecret.Create(_command.SecretFile);
        Rpc = new GethRpc(new JsonRpcClient(_command.HttpUrl));
        Engine = new EngineApi(_command.EngineUrl, EngineSecret.Load(_command.SecretFile));
    }

    /// <summary>Accounts with 1,000 ether each.</summary>
    public static SecretKey[] Rich { get; } = [.. Enumerable.Range(1, 8).Select(Key)];

    public static EvmRollupRules DefaultRules { get; } = new() { Namespace = NamespaceId.OfName("alpha"), ChainId = 777 };

    public EvmRollupRules Rules { get; }

    public GethRpc Rpc { get; }

    public EngineApi Engine { get; }

    /// <summary>A key made of one number.</summary>
    public static SecretKey Key(int number)
    {
        var bytes = new byte[32];
        BitConverter.TryWriteBytes(bytes, number);
        bytes[31] = 1;
        return SecretKey.From(bytes);
    }

    public static async Task<GethNode> StartAsync(EvmRollupRules? rules = null)
    {
        var program = ProgramFinder.Find(ProgramKind.Geth, ProgramFinder.FindRoot());
        if (program is null)
            Assert.Ignore("geth is not there: set GETH, or put it on PATH or into ../shared/tools.");
        var node = new GethNode(program!, rules ?? DefaultRules);
        await node.InitAsync();
        await node.RunAsync();
        return node;
    }

    public EvmExecutor Executor(EvmExecutorOptions? options = null) => new(Rules, Rpc, Engine, options);

    public Task StopAsync() => _process!.StopAsync(TimeSpan.FromSeconds(30));

    public Task KillAsync() => _process!.KillAsync();

    public async Task RunAsync()
    {
        _process = Spawn("geth", _command.StartArguments());
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            try
            {
                await Rpc.ChainIdAsync();
                return;
            }
            catch (ClientUnreachableException) when (!_process.HasExited && DateTime.UtcNow < deadline)
            {
                await Task.Delay(20);
            }
            catch (ClientUnreachableException e)
            {
                throw new AssertionException($"geth did not come up: {_process.LogTail()}", e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Rpc.Dispose();
        Engine.Dispose();
        _folder.Dispose();
    }

    private async Task InitAsync()
    {
        var genesis = new EvmGenesis { Rules = Rules, Balances = Rich.ToDictionary(EvmAddress.Of, _ => 1_000 * Ether) };
        await File.WriteAllTextAsync(_folder.File("genesis.json"), genesis.ToJson());
        await using var init = Spawn("init", _command.InitArguments(_folder.File("genesis.json")));
        await init.WaitForExitAsync();
        if (init.ExitCode != 0)
            throw new AssertionException($"geth init failed: {init.LogTail()}");
    }

    private ManagedProcess Spawn(string name, IReadOnlyList<string> arguments) =>
        ManagedProcess.Start(new ProcessSpec(name, _program, arguments, _folder.File($"{name}.log")));
}
