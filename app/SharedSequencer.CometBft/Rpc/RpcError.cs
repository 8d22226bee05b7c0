namespace SharedSequencer.CometBft.Rpc;

/// <summary>A JSON-RPC error as CometBFT sends it: what matters is in <paramref name="Data"/>.</summary>
internal sealed record RpcError(int Code, string Message, string Data)
{
    /// <summary>
    /// CometBFT has no codes of its own for these: its texts, the same since v0.34, tell them apart. "could not find" is
    /// said of validators and parameters of a height that consensus has begun but not yet stored.
    /// </summary>
    public CometRpcFailure Failure =>
        Data.Contains("must be less than or equal to", StringComparison.Ordinal) ? CometRpcFailure.HeightAhead
        : Data.Contains("could not find", StringComparison.Ordinal) ? CometRpcFailure.HeightAhead
        : Data.Contains("is not available, lowest height is", StringComparison.Ordinal) ? CometRpcFailure.HeightPruned
        : Data.Contains("not found", StringComparison.Ordinal) ? CometRpcFailure.NotFound
        : CometRpcFailure.Refused;

    /// <summary>The flood mempool's words, then those of v0.40's application mempool.</summary>
    public bool IsAlreadyInCache =>
        Data.Contains("tx already exists in cache", StringComparison.Ordinal)
        || Data.Contains("tx already seen", StringComparison.Ordinal);

    public bool IsMempoolFull => Data.Contains("mempool is full", StringComparison.Ordinal);

    public bool IsTooLarge => Data.Contains("Tx too large", StringComparison.Ordinal);

    public override string ToString() => Data.Length == 0 ? $"{Message} ({Code})" : Data;
}
