using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Devnet.Networks;

namespace SharedSequencer.Devnet.Demo;

/// <summary>Mines a regtest block whenever a checkpoint waits for one.</summary>
internal sealed class Miner(BitcoinPart bitcoin)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var rpc = bitcoin.Connect();
        using var timer = new PeriodicTimer(s_interval);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            try
            {
                if (await rpc.GetMempoolCountAsync(cancellation) > 0)
                    _ = await rpc.GenerateToAddressAsync(1, bitcoin.Address, cancellation);
            }
            catch (BitcoinRpcException) when (bitcoin.Process!.HasExited)
            {
                // The network notices by itself that bitcoind has ended.
                return;
            }
        }
    }
}
