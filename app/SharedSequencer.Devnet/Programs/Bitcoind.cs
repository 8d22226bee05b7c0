using System.Globalization;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Devnet.Programs;

/// <summary>How bitcoind is started for a local network: regtest, no wallet, no index, no peers, RPC on loopback.</summary>
public static class Bitcoind
{
    /// <param name="program">From <see cref="ProgramFinder"/>.</param>
    /// <param name="dataFolder">Its own folder; made when missing.</param>
    /// <param name="rpcPort">A free port.</param>
    public static ProcessSpec Regtest(string program, string dataFolder, int rpcPort, string logFile)
    {
        Directory.CreateDirectory(dataFolder);
        string[] arguments =
        [
            "-regtest",
            $"-datadir={Path.GetFullPath(dataFolder)}",
            "-server=1",
            "-rpcbind=127.0.0.1",
            "-rpcallowip=127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"-rpcport={rpcPort}"),
            "-listen=0",
            "-connect=0",
            "-dnsseed=0",
            "-disablewallet=1",
            "-txindex=0",
            "-printtoconsole=1",
            "-debuglogfile=0",
        ];
        return new ProcessSpec("bitcoind", program, arguments, logFile);
    }

    /// <summary>The file by which callers on this machine prove that they may call; there once bitcoind runs.</summary>
    public static string CookieFile(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "regtest", ".cookie");

    /// <summary>How to call it.</summary>
    public static BitcoinRpcOptions RpcOptions(string dataFolder, int rpcPort) => new()
    {
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{rpcPort}")),
        CookieFile = CookieFile(dataFolder),
    };

    /// <summary>Waits until it answers calls.</summary>
    /// <exception cref="InvalidOperationException">It ended; the message has the end of its log.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    public static async Task WaitUntilReadyAsync(ManagedProcess process, BitcoinRpc rpc, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            while (true)
            {
                if (process.HasExited)
                    throw new InvalidOperationException($"bitcoind ended with code {process.ExitCode}:\n{process.LogTail()}");
                if (await AnswersAsync(rpc, deadline.Token))
                    return;
                await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"bitcoind does not answer after {limit.TotalSeconds:0} s:\n{process.LogTail()}", e);
        }
    }

    private static async Task<bool> AnswersAsync(BitcoinRpc rpc, CancellationToken cancellationToken)
    {
        try
        {
            _ = await rpc.GetBlockchainInfoAsync(cancellationToken);
            return true;
        }
        catch (BitcoinRpcException e) when (e.Code is null or BitcoinRpcErrorCode.InWarmUp)
        {
            return false;
        }
    }
}
