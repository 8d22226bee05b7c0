using NUnit.Framework;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;

namespace SharedSequencer.SystemTests.Bitcoin;

/// <summary>A real bitcoind on regtest with its own folder and port, and a miner's address that is no one else's.</summary>
internal sealed class RegtestNode : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _program;
    private readonly int _port = FreePort.Next();
    private ManagedProcess? _process;

    private RegtestNode(string program)
    {
        _program = program;
        Rpc = new BitcoinRpc(Options);
        Miner = NewKey();
    }

    public BitcoinRpc Rpc { get; }

    /// <summary>Another key after each reorg: the same block again would be refused as the invalid one.</summary>
    public TaprootKey Miner { get; private set; }

    public BitcoinRpcOptions Options => Bitcoind.RpcOptions(DataFolder, _port);

    private string DataFolder => _folder.File("bitcoind");

    public static async Task<RegtestNode> StartAsync()
    {
        var program = ProgramFinder.Find(ProgramKind.Bitcoind, ProgramFinder.FindRoot());
        if (program is null)
            Assert.Ignore("There is no bitcoind: set BITCOIND, or put it on PATH.");
        var node = new RegtestNode(program);
        try
        {
            await node.StartAgainAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same folder and port.</summary>
    public async Task StartAgainAsync(params string[] moreArguments)
    {
        var spec = Bitcoind.Regtest(_program, DataFolder, _port, _folder.File("bitcoind.log"));
        _process = ManagedProcess.Start(spec with { Arguments = [.. spec.Arguments, .. moreArguments] });
        await Bitcoind.WaitUntilReadyAsync(_process, Rpc, TimeSpan.FromSeconds(60));
    }

    public async Task StopAsync()
    {
        if (_process is not null)
            await _process.StopAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Mines to the miner.</summary>
    public async Task<BitcoinHash> MineAsync(int blocks = 1) => (await Rpc.GenerateToAddressAsync(blocks, Miner.Address))[^1];

    /// <summary>Gives the address mature coins of 50 BTC each.</summary>
    public async Task FundAsync(string address, int coins = 1)
    {
        await Rpc.GenerateToAddressAsync(coins, address);
        await MineAsync(100);
    }

    /// <summary>Leaves the newest <paramref name="blocks"/> blocks, so that the next one builds below them.</summary>
    public async Task LeaveAsync(int blocks)
    {
        var tip = (await Rpc.GetBlockchainInfoAsync()).Blocks;
        await Rpc.InvalidateBlockAsync((await Rpc.GetBlockHashAsync(tip - (uint)blocks + 1))!.Value);
        Miner = NewKey();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Rpc.Dispose();
        _folder.Dispose();
    }

    private static TaprootKey NewKey() => new(SecretKey.Generate(), BitcoinNetwork.Regtest);
}
