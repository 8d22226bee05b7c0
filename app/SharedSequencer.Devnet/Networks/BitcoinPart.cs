using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;

namespace SharedSequencer.Devnet.Networks;

/// <summary>The local network's Bitcoin: a regtest whose coins belong to the relayer.</summary>
public sealed class BitcoinPart
{
    /// <summary>A coinbase can be spent after 100 blocks.</summary>
    private const int BlocksUntilCoins = 101;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly LocalNetwork _network;
    private readonly int _port;

    internal BitcoinPart(LocalNetwork network, PortChoice ports)
    {
        _network = network;
        _port = ports.For("bitcoind", 18443);
        Address = new TaprootKey(network.Keys.Bitcoin, BitcoinNetwork.Regtest).Address;
    }

    public Uri Url => new($"http://127.0.0.1:{_port}");

    public string CookieFile => Bitcoind.CookieFile(_network.Folder.Bitcoin);

    /// <summary>The relayer's address: blocks are mined to it.</summary>
    public string Address { get; }

    public ManagedProcess? Process { get; private set; }

    /// <summary>A caller's own connection.</summary>
    public BitcoinRpc Connect() => new(Bitcoind.RpcOptions(_network.Folder.Bitcoin, _port));

    /// <summary>Starts bitcoind and, the first time, mines the relayer's first coins.</summary>
    public async Task StartAsync(Action<string> say, CancellationToken cancellation = default)
    {
        // A cookie of an earlier run would be taken for this one's.
        if (File.Exists(CookieFile))
            File.Delete(CookieFile);
        Process = _network.Run(Bitcoind.Regtest(_network.Programs.Bitcoind!, _network.Folder.Bitcoin, _port, _network.Folder.Log("bitcoind")));
        using var rpc = Connect();
        await Bitcoind.WaitUntilReadyAsync(Process, rpc, s_limit, cancellation);
        var info = await rpc.GetBlockchainInfoAsync(cancellation);
        if (info.Blocks < BlocksUntilCoins)
            _ = await rpc.GenerateToAddressAsync(BlocksUntilCoins - (int)info.Blocks, Address, cancellation);
        say("bitcoind, regtest, with coins for the relayer");
    }

    /// <summary>Mines one block.</summary>
    public async Task MineAsync(CancellationToken cancellation = default)
    {
        using var rpc = Connect();
        _ = await rpc.GenerateToAddressAsync(1, Address, cancellation);
    }
}
