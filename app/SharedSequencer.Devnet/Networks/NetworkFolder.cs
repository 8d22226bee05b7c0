using System.Security.Cryptography;
using System.Text;

namespace SharedSequencer.Devnet.Networks;

/// <summary>Where a network keeps what it has.</summary>
internal sealed class NetworkFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public NetworkFolder(string path)
    {
        Root = Path.GetFullPath(path);

        // A unix socket's path holds 107 bytes at most: sockets get a short private folder of their own.
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..12];
        Sockets = Path.Combine(Path.GetTempPath(), $"seq-{name}");
    }

    public string Root { get; }

    public string Sockets { get; }

    public string Logs => In("logs");

    public string Geth => In("geth");

    public string GethGenesis => In("geth-genesis.json");

    public string GethSecret => In("geth-jwt.hex");

    public string Bitcoin => In("bitcoin");

    public string Relayer => In("relayer");

    public string Gateway => In("gateway");

    /// <summary>seqctl's home, with the developer's key.</summary>
    public string Cli => In("seqctl");

    /// <summary>There once a network was set up whole.</summary>
    public string Ready => In("ready");

    /// <summary>How many validators the network has that was set up here; null when there is none yet.</summary>
    public int? Validators => Engine switch
    {
        null => null,
        NetworkEngine.Embedded => 1,
        _ => Directory.GetDirectories(Root, "cometbft*").Length,
    };

    /// <summary>The engine of the network that was set up here; null when there is none yet.</summary>
    public NetworkEngine? Engine =>
        !File.Exists(Ready) ? null : Directory.Exists(EmbeddedEngine(0)) ? NetworkEngine.Embedded : NetworkEngine.CometBft;

    public string Node(int index) => In($"node{index}");

    public string Comet(int index) => In($"cometbft{index}");

    /// <summary>The home of the engine inside a node.</summary>
    public string EmbeddedEngine(int index) => Path.Combine(Node(index), "engine");

    public string AbciSocket(int index) => Path.Combine(Sockets, $"abci{index}.sock");

    public string Log(string program) => Path.Combine(Logs, program + ".log");

    /// <summary>Makes the folders, for their owner alone.</summary>
    public void Create()
    {
        foreach (var folder in new[] { Root, Logs, Sockets })
            Directory.CreateDirectory(folder, OwnerOnly);
    }

    /// <summary>Removes everything of the network.</summary>
    public void Delete()
    {
        foreach (var folder in new[] { Root, Sockets })
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private string In(string name) => Path.Combine(Root, name);
}
