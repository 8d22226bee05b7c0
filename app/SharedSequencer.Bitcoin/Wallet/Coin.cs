namespace SharedSequencer.Bitcoin.Wallet;

/// <summary>An unspent output of our own key.</summary>
/// <param name="Height">The block that holds it; null while its transaction is unconfirmed.</param>
/// <param name="IsCoinbase">Such a coin can be spent only 100 blocks later.</param>
public sealed record Coin(OutPoint OutPoint, TransactionOutput Output, uint? Height, bool IsCoinbase)
{
    private const uint CoinbaseMaturity = 100;

    public ulong Value => Output.Value;

    /// <summary>True when the block after <paramref name="tip"/> may spend it.</summary>
    public bool IsSpendableAfter(uint tip) => !IsCoinbase || Height is not { } height || height + CoinbaseMaturity <= tip + 1;
}
