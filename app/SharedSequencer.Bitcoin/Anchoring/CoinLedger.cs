using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Bitcoin.Wallet;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// The coins of our key: those that a scan of the UTXO set found, moved along with each block that follows it. A block
/// that does not follow (a reorg) makes it empty, and a new scan is needed: reorgs are rarer than bugs in undoing them.
/// </summary>
internal sealed class CoinLedger(TaprootKey key)
{
    private readonly Dictionary<OutPoint, Coin> _coins = [];
    private readonly HashSet<OutPoint> _spentByOthers = [];

    /// <summary>The block as of which the coins are known; null when they are not.</summary>
    public BitcoinHash? Tip { get; private set; }

    public IReadOnlyCollection<Coin> Coins => _coins.Values;

    /// <summary>Confirmed satoshi, not yet mature ones included.</summary>
    public ulong Balance
    {
        get
        {
            var sum = 0UL;
            foreach (var coin in _coins.Values)
                sum += coin.Value;
            return sum;
        }
    }

    public void Forget()
    {
        Tip = null;
        _coins.Clear();
        _spentByOthers.Clear();
    }

    public void Load(CoinScan scan)
    {
        Forget();
        foreach (var coin in scan.Coins)
            _coins[coin.OutPoint] = coin;
        Tip = scan.BestBlock;
    }

    public void Connect(BitcoinBlock block, uint height)
    {
        if (Tip is null)
            return;
        if (Tip != block.Header.Previous)
        {
            Forget();
            return;
        }

        foreach (var transaction in block.Transactions)
        {
            foreach (var input in transaction.Inputs)
                _coins.Remove(input.Previous);
            foreach (var coin in OwnOutputs(transaction, height))
                _coins[coin.OutPoint] = coin;
        }

        Tip = block.Hash;
    }

    /// <summary>A transaction in the mempool that is no anchor of ours spends it, made by the key's owner elsewhere.</summary>
    public void MarkSpent(OutPoint outPoint) => _spentByOthers.Add(outPoint);

    public IEnumerable<Coin> OwnOutputs(BitcoinTransaction transaction, uint? height)
    {
        for (var i = 0; i < transaction.Outputs.Count; i++)
        {
            if (key.Owns(transaction.Outputs[i]))
                yield return new Coin(new OutPoint(transaction.Txid, (uint)i), transaction.Outputs[i], height, transaction.IsCoinbase);
        }
    }

    /// <summary>
    /// What the next transaction may spend, in the order in which to take it. First the inputs of lost anchors: should
    /// a miner still have one of those, then only one of the two can be confirmed. Then confirmed coins, the largest
    /// first, then the change of unconfirmed anchors. The order is a function of the coins alone, so that a poster that
    /// has lost its file tends to conflict with what it sent before instead of repeating it.
    /// </summary>
    public List<Coin> Spendable(uint tipHeight, IReadOnlyList<Anchor> anchors)
    {
        var spent = new HashSet<OutPoint>(_spentByOthers);
        var lost = new HashSet<OutPoint>();
        var coins = new List<Coin>(_coins.Values);
        foreach (var anchor in anchors)
        {
            if (anchor is not (PostedAnchor or LostAnchor))
                continue;
            (anchor is PostedAnchor ? spent : lost).UnionWith(anchor.Transaction.Inputs.Select(input => input.Previous));
            if (anchor is PostedAnchor)
                coins.AddRange(OwnOutputs(anchor.Transaction, height: null));
        }

        return [.. coins
            .Where(coin => !spent.Contains(coin.OutPoint) && coin.IsSpendableAfter(tipHeight))
            .OrderByDescending(coin => lost.Contains(coin.OutPoint))
            .ThenByDescending(coin => coin.Height is not null)
            .ThenByDescending(coin => coin.Value)
            .ThenBy(coin => coin.OutPoint)];
    }
}
