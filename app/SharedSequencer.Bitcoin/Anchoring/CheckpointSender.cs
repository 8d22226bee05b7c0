using Microsoft.Extensions.Logging;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>Makes checkpoint transactions, and keeps posted ones in bitcoind's mempool.</summary>
internal sealed partial class CheckpointSender(
    AnchorPosterOptions options, BitcoinRpc rpc, TaprootKey key, BestChain chain, AnchorBook book, CoinLedger coins, ILogger logger)
{
    /// <summary>A signed transaction that the mempool would take, or the problem that there is none.</summary>
    public async Task<(PostedAnchor? Anchor, string? Problem)> PrepareAsync(FinalBlock block, CancellationToken cancellationToken)
    {
        var (rate, problem) = await FeeRateAsync(cancellationToken);
        if (problem is not null)
            return (null, problem);

        var checkpoint = new Checkpoint(options.ChainTag, block.Height, block.Hash, BatchDigest: Hash256.Zero);
        var spendable = coins.Spendable(chain.TipHeight, book.Anchors);
        if (!DataTransaction.TryBuild(key, spendable, OpReturn.Script(checkpoint.Encode()), rate, out var transaction, out var missing))
            return (null, $"{missing} satoshi are missing to post a checkpoint at {rate}: pay to {key.Address}.");

        var verdict = await rpc.TestMempoolAcceptAsync(transaction, cancellationToken);
        if (verdict.Allowed)
            return (new PostedAnchor(checkpoint, transaction), null);

        // Our view of the coins is old: look again before the next try. Any other refusal would only cost a scan.
        if (verdict.Reason.Contains("inputs", StringComparison.Ordinal) || verdict.Reason.Contains("conflict", StringComparison.Ordinal))
            coins.Forget();
        return (null, $"bitcoind would not take the checkpoint of height {block.Height}: {verdict.Reason}.");
    }

    /// <summary>
    /// Hands every posted transaction that the mempool does not have to bitcoind again, in the order of posting. One
    /// that is refused is lost: another checkpoint will cover its blocks.
    /// </summary>
    /// <returns>True when an anchor was lost.</returns>
    public async Task<bool> RebroadcastAsync(CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var anchor in book.Posted.ToList())
        {
            if (await rpc.GetMempoolEntryAsync(anchor.Txid, cancellationToken) is not null)
                continue;
            try
            {
                await rpc.SendRawTransactionAsync(anchor.Transaction, cancellationToken);
                LogRebroadcast(anchor.Checkpoint.Height, anchor.Txid);
            }
            catch (BitcoinRpcException e) when (e.Code == BitcoinRpcErrorCode.AlreadyInUtxoSet)
            {
                // A block took it since we looked; the next look sees that block.
                return any;
            }
            catch (BitcoinRpcException e) when (e.Code is BitcoinRpcErrorCode.VerifyError or BitcoinRpcErrorCode.VerifyRejected)
            {
                // Inputs look spent, too, when a block has just taken the transaction and one that spends its change.
                if (await rpc.GetBestBlockHashAsync(cancellationToken) != chain.Tip.Hash)
                    return any;
                book.Lose(anchor.Txid, $"bitcoind no longer takes the transaction: {e.Reason}.");
                coins.Forget();
                LogLost(anchor.Checkpoint.Height, anchor.Txid, e.Reason);
                any = true;
            }
        }

        return any;
    }

    private async Task<(FeeRate Rate, string? Problem)> FeeRateAsync(CancellationToken cancellationToken)
    {
        var least = await rpc.GetMempoolMinimumFeeAsync(cancellationToken);
        if (least.CompareTo(options.FeeCap) > 0)
            return (default, $"bitcoind's mempool takes nothing below {least}, the fee's cap is {options.FeeCap}: raise it or wait.");
        var estimate = await rpc.EstimateSmartFeeAsync(options.FeeTargetBlocks, cancellationToken) ?? options.FeeFloor;
        return (FeeRate.Max(least, FeeRate.Max(options.FeeFloor, FeeRate.Min(estimate, options.FeeCap))), null);
    }

    [LoggerMessage(1, LogLevel.Information, "Handed the checkpoint of height {Height} to bitcoind again: {Txid}.")]
    private partial void LogRebroadcast(ulong height, BitcoinHash txid);

    [LoggerMessage(2, LogLevel.Warning, "Lost the checkpoint of height {Height}, Bitcoin transaction {Txid}: {Reason}.")]
    private partial void LogLost(ulong height, BitcoinHash txid, string reason);
}
