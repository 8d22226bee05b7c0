namespace SharedSequencer.Protocol.Transactions;

/// <summary>What is signed.</summary>
public sealed record TransactionBody
{
    public required string ChainId { get; init; }

    /// <summary>How many transactions of the account were in blocks before this one.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>The most that base fee, surcharges and tip together may cost, in useq for each byte of the signed transaction.</summary>
    public required ulong MaxFeePerByte { get; init; }

    /// <summary>What it offers on top of the base fee, in useq for each byte, as far as <see cref="MaxFeePerByte"/> allows.</summary>
    public required ulong TipPerByte { get; init; }

    /// <summary>Seconds since 1970 in block time: a block at or after this time cannot hold it.</summary>
    public required long ExpiryTime { get; init; }

    /// <summary>Done in order, all or none. At least one.</summary>
    public required IReadOnlyList<TransactionAction> Actions { get; init; }
}
