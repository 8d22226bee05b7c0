namespace SharedSequencer.Bitcoin.Rpc;

/// <summary>Where bitcoind's RPC is and how it knows us: by its cookie file, or by user and password.</summary>
public sealed record BitcoinRpcOptions
{
    /// <summary>Such as <c>http://127.0.0.1:8332</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>bitcoind's <c>.cookie</c>; read again when bitcoind was restarted.</summary>
    public string? CookieFile { get; init; }

    /// <summary>For <c>rpcauth</c> or <c>rpcuser</c>; used when there is no cookie file.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>How long one call may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <c>scantxoutset</c> may take: minutes on mainnet.</summary>
    public TimeSpan ScanTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The largest answer that is read: a whole block in hex, and some room.</summary>
    public int MaximumAnswerBytes { get; init; } = (2 * BitcoinBlock.MaximumBytes) + 65_536;

    /// <exception cref="FormatException">An option is missing or wrong; the message says which.</exception>
    public void Validate()
    {
        if (!Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https"))
            throw new FormatException($"'{Url}' is no URL of a bitcoind: http://HOST:PORT is needed.");
        if (CookieFile is null && (string.IsNullOrEmpty(User) || Password is null))
            throw new FormatException("bitcoind asks who calls: name its cookie file (DATADIR/NETWORK/.cookie), or a user and a password.");
        if (User?.Contains(':', StringComparison.Ordinal) == true)
            throw new FormatException("A user of bitcoind's RPC has no ':' in its name.");
    }
}
