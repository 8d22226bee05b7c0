namespace SharedSequencer.Evm.Execution;

/// <summary>What became of one payload.</summary>
/// <param name="TransactionHash">The transaction's hash; null when the payload is none.</param>
/// <param name="DropCode">Null when it was included; else a stable word such as <c>nonce_too_low</c>.</param>
/// <param name="DropDetail">A sentence for people.</param>
public readonly record struct PayloadResult(string? TransactionHash, string? DropCode, string? DropDetail)
{
    public bool IsIncluded => DropCode is null;
}
