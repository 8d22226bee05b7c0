using SharedSequencer.Cryptography;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Primitives;

namespace SharedSequencer.Devnet.Networks;

/// <summary>A network's keys. They are random and stay in its folder, but for the EVM's: wallets import it again and again.</summary>
internal sealed class NetworkKeys
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private NetworkKeys(NetworkFolder folder)
    {
        Developer = LoadOrCreate(Path.Combine(folder.Cli, "keys", "dev"));
        Gateway = LoadOrCreate(Path.Combine(folder.Gateway, "keys", "gateway.key"));
        Bitcoin = LoadOrCreate(Path.Combine(folder.Relayer, "bitcoin.key"));
    }

    /// <summary>Owns the demo's namespaces and most coins.</summary>
    public SecretKey Developer { get; }

    /// <summary>Pays the sequencer for the gateway's users.</summary>
    public SecretKey Gateway { get; }

    /// <summary>Pays Bitcoin for checkpoints.</summary>
    public SecretKey Bitcoin { get; }

    /// <summary>The EVM account that genesis funds: everybody knows its key, it is for development alone.</summary>
    public static SecretKey EvmDeveloper { get; } = SecretKey.From(Hash256.Of("sharedsequencer devnet evm account"u8).Span);

    public static NetworkKeys LoadOrCreate(NetworkFolder folder) => new(folder);

    private static SecretKey LoadOrCreate(string file)
    {
        if (File.Exists(file))
            return SecretKey.Parse(File.ReadAllText(file));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!, OwnerOnly | UnixFileMode.UserExecute);
        var key = SecretKey.Generate();
        using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        stream.Write(System.Text.Encoding.ASCII.GetBytes(key.ToSecretHex() + "\n"));
        return key;
    }
}
