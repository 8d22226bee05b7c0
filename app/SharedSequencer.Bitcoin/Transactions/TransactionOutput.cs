namespace SharedSequencer.Bitcoin;

/// <summary>An output: an amount in satoshi and the script that guards it. Do not change the array.</summary>
public sealed record TransactionOutput(ulong Value, byte[] ScriptPubKey)
{
    /// <summary>21 million BTC in satoshi: no amount and no sum exceeds it.</summary>
    public const ulong MaximumValue = 21_000_000UL * 100_000_000;

    internal void Write(BitcoinWriter writer)
    {
        writer.UInt64(Value);
        writer.VariableBytes(ScriptPubKey);
    }
}
