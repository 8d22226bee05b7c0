using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Mempool.Rules;

/// <summary>It is for this chain, and neither expired nor too far ahead.</summary>
internal sealed class ContextRule : IAdmissionRule
{
    public Verdict Check(Candidate candidate) =>
        TransactionExecutor.CheckContext(candidate.Transaction, candidate.State, candidate.State.Time);
}

/// <summary>Its nonce is not used yet.</summary>
internal sealed class UsedNonceRule : IAdmissionRule
{
    public Verdict Check(Candidate candidate) => candidate.Nonce < candidate.Account.Nonce
        ? TransactionExecutor.CheckNonce(candidate.Transaction, candidate.Account.Nonce)
        : Verdict.Ok;
}

/// <summary>Its fee cap covers the fees, and its sender may write where it writes. Finds the tip and the most it can take.</summary>
internal sealed class CostRule : IAdmissionRule
{
    public Verdict Check(Candidate candidate)
    {
        var verdict = TransactionCost.Of(candidate.Transaction, candidate.State, candidate.Fees, out var cost);
        if (!verdict.IsOk)
            return verdict;
        candidate.TipPerByte = cost.Tip / (ulong)candidate.Bytes;
        var body = candidate.Transaction.Body;
        candidate.Offer = new FeeOffer(candidate.Bytes, body.MaxFeePerByte, body.TipPerByte, cost.Surcharges);
        candidate.Spend = SpendLimit.Of(candidate.Transaction, candidate.State);
        return Verdict.Ok;
    }
}

/// <summary>It fits the quota of each namespace it touches: what could never be in a block is refused at once.</summary>
internal sealed class QuotaRule : IAdmissionRule
{
    public Verdict Check(Candidate candidate)
    {
        var verdict = NamespaceDemand.Of(candidate.Transaction, candidate.State, out var demands);
        candidate.Demands = demands;
        return verdict;
    }
}
