namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// <see cref="AnchorEvidence"/> as JSON carries it. Raw bytes are hex; hashes are 64 hex digits in the reversed order in
/// which Bitcoin prints them.
/// </summary>
public sealed record AnchorEvidenceText
{
    /// <summary>The raw transaction.</summary>
    public required string Transaction { get; init; }

    /// <summary>The transaction's index in its block.</summary>
    public required uint Index { get; init; }

    /// <summary>Its Merkle siblings, from the leaf up.</summary>
    public required IReadOnlyList<string> Branch { get; init; }

    /// <summary>The raw coinbase; its witness may be left out.</summary>
    public required string Coinbase { get; init; }

    /// <summary>The coinbase's Merkle siblings, from the leaf up.</summary>
    public required IReadOnlyList<string> CoinbaseBranch { get; init; }

    /// <summary>80-byte headers.</summary>
    public required IReadOnlyList<string> Headers { get; init; }

    public required uint BlockHeight { get; init; }

    public static AnchorEvidenceText From(AnchorEvidence evidence) => new()
    {
        Transaction = Convert.ToHexStringLower(evidence.Transaction.ToBytes()),
        Index = evidence.Branch.Index,
        Branch = Print(evidence.Branch.Siblings),
        Coinbase = Convert.ToHexStringLower(evidence.Coinbase.ToStrippedBytes()),
        CoinbaseBranch = Print(evidence.CoinbaseSiblings),
        Headers = [.. evidence.Headers.Select(header => Convert.ToHexStringLower(header.ToBytes()))],
        BlockHeight = evidence.BlockHeight,
    };

    /// <summary>Reads all parts; every list and text has a largest size.</summary>
    /// <param name="reason">The part that is wrong and why, when false.</param>
    public bool TryParse(out AnchorEvidence evidence, out string reason)
    {
        evidence = null!;
        if (!TryTransaction("transaction", Transaction, out var transaction, out reason)
            || !TryHashes("branch", Branch, out var branch, out reason)
            || !TryTransaction("coinbase", Coinbase, out var coinbase, out reason)
            || !TryHashes("coinbase_branch", CoinbaseBranch, out var coinbaseBranch, out reason)
            || !TryHeaders(Headers, out var headers, out reason))
        {
            return false;
        }

        evidence = new AnchorEvidence
        {
            Transaction = transaction,
            Branch = new MerkleBranch(Index, branch),
            Coinbase = coinbase,
            CoinbaseSiblings = coinbaseBranch,
            Headers = headers,
            BlockHeight = BlockHeight,
        };
        return true;
    }

    private static string[] Print(IReadOnlyList<BitcoinHash> hashes) => [.. hashes.Select(hash => hash.ToString())];

    private static bool TryTransaction(string part, string? hex, out BitcoinTransaction transaction, out string reason)
    {
        transaction = null!;
        if (hex is null || hex.Length > 2 * AnchorEvidence.MaximumTransactionBytes)
        {
            reason = $"{part}: hex of at most {AnchorEvidence.MaximumTransactionBytes} bytes is needed.";
            return false;
        }

        if (!TryHex(hex, out var bytes))
        {
            reason = $"{part}: not hex.";
            return false;
        }

        var good = BitcoinTransaction.TryParse(bytes, out transaction, out reason);
        reason = good ? "" : $"{part}: {reason}";
        return good;
    }

    private static bool TryHashes(string part, IReadOnlyList<string?>? texts, out BitcoinHash[] hashes, out string reason)
    {
        hashes = [];
        reason = "";
        if (texts is null || texts.Count > MerkleBranch.MaximumDepth)
        {
            reason = $"{part}: a list of at most {MerkleBranch.MaximumDepth} hashes is needed.";
            return false;
        }

        hashes = new BitcoinHash[texts.Count];
        for (var i = 0; i < hashes.Length; i++)
        {
            if (BitcoinHash.TryParse(texts[i], out hashes[i]))
                continue;
            reason = $"{part}: item {i} is no hash of 64 hex digits.";
            return false;
        }

        return true;
    }

    private static bool TryHeaders(IReadOnlyList<string?>? texts, out BlockHeader[] headers, out string reason)
    {
        headers = [];
        reason = "";
        if (texts is null || texts.Count is 0 or > AnchorEvidence.MaximumHeaders)
        {
            reason = $"headers: 1 to {AnchorEvidence.MaximumHeaders} are needed.";
            return false;
        }

        headers = new BlockHeader[texts.Count];
        for (var i = 0; i < headers.Length; i++)
        {
            if (texts[i]?.Length == 2 * BlockHeader.Length && TryHex(texts[i]!, out var bytes) && BlockHeader.TryParse(bytes, out headers[i]))
                continue;
            reason = $"headers: item {i} is no header of {2 * BlockHeader.Length} hex digits.";
            return false;
        }

        return true;
    }

    private static bool TryHex(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
