using SharedSequencer.Bitcoin.Rpc;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>Follows bitcoind's best chain block by block, back and forth, and tells a listener of each step.</summary>
internal sealed class ChainFollower(BitcoinRpc rpc, BestChain chain, int watchBlocks, IChainListener listener)
{
    /// <summary>
    /// Brings the chain to bitcoind's tip. An empty chain starts <c>watchBlocks</c> below the tip. Calls the listener
    /// after the chain itself has moved.
    /// </summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (chain.IsEmpty)
            {
                var info = await rpc.GetBlockchainInfoAsync(cancellationToken);
                chain.Restart(info.Blocks > (uint)watchBlocks ? info.Blocks - (uint)watchBlocks : 0);
            }
            else
            {
                var best = await rpc.GetBestBlockHashAsync(cancellationToken);
                if (best == chain.Tip.Hash)
                    return;
                await LeaveStaleBlocksAsync(cancellationToken);
                if (chain.IsEmpty)
                    continue;
            }

            if (!await ConnectNextAsync(cancellationToken))
                return;
        }
    }

    private async Task LeaveStaleBlocksAsync(CancellationToken cancellationToken)
    {
        while (!chain.IsEmpty)
        {
            var hash = chain.Tip.Hash;
            var position = await rpc.GetBlockPositionAsync(hash, cancellationToken);
            if (position is { InBestChain: true })
                return;
            var height = chain.TipHeight;
            chain.RemoveTip();
            listener.Disconnected(hash, height);
        }
    }

    /// <returns>False when there is no next block.</returns>
    private async Task<bool> ConnectNextAsync(CancellationToken cancellationToken)
    {
        var height = chain.IsEmpty ? chain.FirstHeight : chain.TipHeight + 1;
        if (await rpc.GetBlockHashAsync(height, cancellationToken) is not { } hash)
            return false;
        var block = await rpc.GetBlockAsync(hash, cancellationToken);

        // Between the two calls the best chain may have changed; the next round then leaves the stale tip.
        if (!chain.IsEmpty && block.Header.Previous != chain.Tip.Hash)
            return true;
        chain.Append(block.Header);
        await listener.ConnectedAsync(block, height, cancellationToken);
        return true;
    }
}
