namespace SharedSequencer.Evm.Transactions;

/// <summary>Why a transaction was dropped: a stable reason, and a sentence for people with the values that did not fit.</summary>
public sealed record DroppedBecause(DropReason Reason, string Detail)
{
    public override string ToString() => $"{Reason}: {Detail}";
}
