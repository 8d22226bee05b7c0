using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Devnet.Networks;

/// <summary>Removes a network with its keys and chains.</summary>
internal static class NetworkReset
{
    /// <exception cref="IOException">A devnet runs in the folder, or it is not a devnet's.</exception>
    public static void Run(string path, Action<string> say)
    {
        if (!Directory.Exists(path))
            return;

        // A typing error in --data must not remove somebody's files.
        if (Directory.EnumerateFileSystemEntries(path).Any() && !File.Exists(Path.Combine(path, "lock")))
            throw new IOException($"{path} was not made by devnet: it is not removed.");
        using (LocalNetwork.Lock(path))
            _ = new ProcessLedger(path).EndLeftovers();
        new NetworkFolder(path).Delete();
        say($"removed {path}");
    }
}
