using Microsoft.Extensions.Logging;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Bitcoin.Wallet;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// Finds our own checkpoints again, where the poster's file does not have them: in blocks, in the mempool, and far back
/// by the coins that they left. Only the key's holder can make a transaction that counts: it must spend a coin of the key.
/// </summary>
internal sealed partial class AnchorRecovery(
    BitcoinRpc rpc, TaprootKey key, ChainTag tag, IAnchorSource source, AnchorBook book, CoinLedger coins, ILogger logger)
{
    private const int OutPointsPerCall = 500;
    private const int OldCoinsToAsk = 200;

    /// <summary>Takes up a block's checkpoints: those that were posted, and unknown ones of our key.</summary>
    public async Task ConnectAsync(BitcoinBlock block, uint height, CancellationToken cancellationToken)
    {
        for (var i = 0; i < block.Transactions.Count; i++)
        {
            var transaction = block.Transactions[i];
            if (book.Find(transaction.Txid) is null)
            {
                if (!Checkpoint.TryFind(transaction, tag, out var checkpoint)
                    || !await IsOwnAsync(transaction, block.Hash, cancellationToken)
                    || !await IsOfOurChainAsync(checkpoint, transaction.Txid, cancellationToken))
                {
                    continue;
                }

                LogFoundInBlock(checkpoint.Height, transaction.Txid, height);
                book.Add(new PostedAnchor(checkpoint, transaction));
            }

            book.Include(transaction.Txid, Inclusion.In(block, height, i));
        }
    }

    /// <summary>
    /// Takes up what spends our coins in the mempool: checkpoints as posted, parents first; anything else makes the
    /// coin unusable.
    /// </summary>
    /// <returns>True when a checkpoint was found.</returns>
    public async Task<bool> AdoptMempoolAsync(CancellationToken cancellationToken)
    {
        var any = false;
        var asked = new HashSet<OutPoint>();
        while (true)
        {
            var outPoints = coins.Coins.Select(coin => coin.OutPoint)
                .Concat(book.Posted.SelectMany(posted => coins.OwnOutputs(posted.Transaction, height: null)).Select(coin => coin.OutPoint))
                .Where(asked.Add)
                .ToList();
            if (outPoints.Count == 0)
                return any;
            foreach (var part in outPoints.Chunk(OutPointsPerCall))
            {
                var spenders = await rpc.GetMempoolSpendersAsync(part, cancellationToken);
                for (var i = 0; i < part.Length; i++)
                {
                    if (spenders[i] is { } txid && book.Find(txid) is not PostedAnchor)
                        any |= await AdoptSpenderAsync(part[i], txid, cancellationToken);
                }
            }
        }
    }

    /// <summary>
    /// The last checkpoint before the watched blocks, found by the change that it left: the covered height starts there,
    /// so that a lost file never makes us anchor old blocks again.
    /// </summary>
    public async Task RaiseFloorAsync(uint firstWatchedHeight, CancellationToken cancellationToken)
    {
        var old = coins.Coins
            .Where(coin => coin.Height < firstWatchedHeight && !coin.IsCoinbase)
            .OrderByDescending(coin => coin.Height)
            .Take(OldCoinsToAsk);
        foreach (var coin in old)
        {
            if (await rpc.GetBlockHashAsync(coin.Height!.Value, cancellationToken) is not { } block
                || await rpc.GetRawTransactionAsync(coin.OutPoint.Txid, block, cancellationToken) is not { } transaction
                || !Checkpoint.TryFind(transaction, tag, out var checkpoint)
                || !await IsOwnAsync(transaction, block, cancellationToken)
                || !await IsOfOurChainAsync(checkpoint, transaction.Txid, cancellationToken))
            {
                continue;
            }

            LogFoundInBlock(checkpoint.Height, transaction.Txid, coin.Height.Value);
            book.RaiseFloor(checkpoint.Height);
            return;
        }
    }

    private async Task<bool> AdoptSpenderAsync(OutPoint outPoint, BitcoinHash txid, CancellationToken cancellationToken)
    {
        if (book.Find(txid) is LostAnchor)
        {
            book.Return(txid);
            return true;
        }

        var transaction = await rpc.GetRawTransactionAsync(txid, block: null, cancellationToken);

        // Gone again: mined or replaced meanwhile. The next block or the next refusal tells.
        if (transaction is null)
            return false;
        if (Checkpoint.TryFind(transaction, tag, out var checkpoint)
            && await IsOfOurChainAsync(checkpoint, txid, cancellationToken))
        {
            LogFoundInMempool(checkpoint.Height, txid);
            book.Add(new PostedAnchor(checkpoint, transaction));
            return true;
        }

        coins.MarkSpent(outPoint);
        LogSpentElsewhere(outPoint, txid);
        return false;
    }

    private async Task<bool> IsOwnAsync(BitcoinTransaction transaction, BitcoinHash block, CancellationToken cancellationToken)
    {
        // Cheap first: ours always has change to our key, but anyone can pay to it.
        if (!coins.OwnOutputs(transaction, height: null).Any())
            return false;
        var scripts = await rpc.GetSpentScriptsAsync(transaction.Txid, block, cancellationToken);
        return scripts.Any(script => script.AsSpan().SequenceEqual(key.ScriptPubKey));
    }

    private async Task<bool> IsOfOurChainAsync(Checkpoint checkpoint, BitcoinHash txid, CancellationToken cancellationToken)
    {
        var ours = await source.GetBlockHashAsync(checkpoint.Height, cancellationToken);
        if (ours is null || ours == checkpoint.BlockHash)
            return true;
        LogOtherChain(txid, checkpoint.BlockHash, checkpoint.Height, ours.Value);
        return false;
    }

    [LoggerMessage(1, LogLevel.Information, "Found our checkpoint of height {Height} again: Bitcoin transaction {Txid} in block {BitcoinHeight}.")]
    private partial void LogFoundInBlock(ulong height, BitcoinHash txid, uint bitcoinHeight);

    [LoggerMessage(2, LogLevel.Information, "Found our checkpoint of height {Height} again: Bitcoin transaction {Txid} in the mempool.")]
    private partial void LogFoundInMempool(ulong height, BitcoinHash txid);

    [LoggerMessage(3, LogLevel.Warning, "Coin {OutPoint} of the relayer's key is spent by {Txid}, which is no checkpoint of ours. Use this key for nothing else.")]
    private partial void LogSpentElsewhere(OutPoint outPoint, BitcoinHash txid);

    [LoggerMessage(4, LogLevel.Warning, "Bitcoin transaction {Txid} is a checkpoint by our key for block {Hash} at height {Height}, but our block there is {Ours}. It does not count.")]
    private partial void LogOtherChain(BitcoinHash txid, SharedSequencer.Primitives.Hash256 hash, ulong height, SharedSequencer.Primitives.Hash256 ours);
}
