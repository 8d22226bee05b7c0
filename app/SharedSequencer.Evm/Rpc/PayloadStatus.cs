namespace SharedSequencer.Evm.Rpc;

/// <summary>The Engine API's verdict: "VALID", "INVALID", "SYNCING" or "ACCEPTED", and the client's words when it has any.</summary>
public readonly record struct PayloadStatus(string Status, string? ValidationError)
{
    public bool IsValid => Status == "VALID";

    /// <summary>The client has put the decision off: it lacks the parent or its state, or waits for a sync.</summary>
    public bool IsPutOff => Status is "SYNCING" or "ACCEPTED";

    public override string ToString() => ValidationError is null ? Status : $"{Status} ({ValidationError})";
}
