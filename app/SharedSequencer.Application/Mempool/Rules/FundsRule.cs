using SharedSequencer.Protocol;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Mempool.Rules;

/// <summary>
/// The committed balance covers the most that it and the account's other transactions can take. What waits for a nonce
/// is held against the balance alone; with the others once its turn comes.
/// </summary>
internal sealed class FundsRule : IAdmissionRule
{
    public Verdict Check(Candidate candidate)
    {
        var spend = candidate.Spend;
        if (!candidate.IsParked)
            spend += (candidate.Queue?.Spend ?? 0) - (candidate.Replaced?.Spend ?? 0);
        return spend <= candidate.Account.Balance
            ? Verdict.Ok
            : Verdict.Refuse(
                ResultCode.InsufficientBalance,
                $"{candidate.Transaction.Sender} has {candidate.Account.Balance} useq; this transaction and those of the account in the pool can take {spend}.");
    }
}
