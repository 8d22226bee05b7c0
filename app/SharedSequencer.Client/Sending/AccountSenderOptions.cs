namespace SharedSequencer.Client;

/// <summary>What an <see cref="AccountSender"/> puts into the transactions that it signs.</summary>
public sealed record AccountSenderOptions
{
    /// <summary>How far behind the present block time a transaction expires; shortened to what the chain allows.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>In useq for each byte; null takes what the node suggests.</summary>
    public ulong? TipPerByte { get; init; }

    /// <summary>
    /// The most that a byte may cost, in useq, whatever the base fee and the namespaces' surcharges become; null allows
    /// twice the present base fee, plus the tip and the highest surcharge among the transaction's namespaces.
    /// </summary>
    public ulong? MaxFeePerByte { get; init; }

    /// <summary>How long fees, block time and surcharges are taken as known before the node is asked again.</summary>
    public TimeSpan TermsLifetime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a submission is tried: with the same bytes after a broken connection, signed anew after a wrong nonce, fee or expiry.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>The wait before the same bytes are submitted again; it doubles.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);
}
