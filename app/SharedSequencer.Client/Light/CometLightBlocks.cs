using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Light;

/// <summary>Light blocks from the JSON-RPC of any CometBFT.</summary>
/// <param name="client">The caller's.</param>
/// <param name="name">For messages: the address.</param>
public sealed class CometLightBlocks(CometRpcClient client, string name) : ILightBlockSource
{
    private readonly LightBlockFetcher _fetcher = new(client);

    public string Name => name;

    public async Task<LightBlock> GetAsync(long? height, CancellationToken cancellation)
    {
        try
        {
            return await _fetcher.FetchAsClaimedAsync(height, cancellation).ConfigureAwait(false);
        }
        catch (CometRpcException e)
        {
            var failure = e.Failure switch
            {
                CometRpcFailure.HeightAhead or CometRpcFailure.NotFound => LightSourceFailure.NotYet,
                CometRpcFailure.HeightPruned => LightSourceFailure.Pruned,
                CometRpcFailure.Malformed => LightSourceFailure.Malformed,
                _ => LightSourceFailure.Unavailable,
            };
            throw new LightSourceException(failure, e.Message, e);
        }
    }
}
