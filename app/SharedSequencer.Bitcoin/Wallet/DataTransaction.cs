namespace SharedSequencer.Bitcoin.Wallet;

/// <summary>
/// Builds transactions that carry a few bytes: an OP_RETURN output, and the rest back to our own key, so that there is
/// always a monetary output beside the data (some nodes relay nothing else) and always a coin for the next one.
/// </summary>
public static class DataTransaction
{
    /// <summary>Less than this a pay-to-taproot output must not hold: bitcoind calls it dust.</summary>
    public const ulong DustLimit = 330;

    private const int Version = 2;
    private const int MaximumInputs = 100;

    /// <summary>
    /// Takes coins from the front of <paramref name="coins"/> until they pay for the fee and a change output.
    /// </summary>
    /// <param name="script">The script of the data output; see <see cref="OpReturn"/>.</param>
    /// <param name="transaction">The signed transaction: data at index 0, change at index 1.</param>
    /// <param name="missing">Satoshi that are missing, when false.</param>
    public static bool TryBuild(
        TaprootKey key, IReadOnlyList<Coin> coins, byte[] script, FeeRate rate, out BitcoinTransaction transaction, out ulong missing)
    {
        transaction = null!;
        missing = 0;
        var inputs = new List<TransactionInput>();
        var spent = new List<TransactionOutput>();
        var sum = 0UL;
        var needed = rate.FeeFor(SizeWith(1, key, script)) + DustLimit;
        for (var i = 0; i < Math.Min(coins.Count, MaximumInputs); i++)
        {
            inputs.Add(new TransactionInput(coins[i].OutPoint));
            spent.Add(coins[i].Output);
            sum += coins[i].Value;
            needed = rate.FeeFor(SizeWith(inputs.Count, key, script)) + DustLimit;
            if (sum < needed)
                continue;

            var change = sum - needed + DustLimit;
            var unsigned = new BitcoinTransaction(
                Version, inputs, [new TransactionOutput(0, script), new TransactionOutput(change, key.ScriptPubKey)], lockTime: 0);
            transaction = key.Sign(unsigned, spent);
            return true;
        }

        missing = needed - sum;
        return false;
    }

    /// <summary>The virtual size is known before signing: a key-path witness is always one item of 64 bytes.</summary>
    private static int SizeWith(int inputs, TaprootKey key, byte[] script)
    {
        var input = new TransactionInput(OutPoint.None) { Witness = [new byte[64]] };
        return new BitcoinTransaction(
            Version,
            Enumerable.Repeat(input, inputs).ToList(),
            [new TransactionOutput(0, script), new TransactionOutput(0, key.ScriptPubKey)],
            lockTime: 0).VirtualSize;
    }
}
