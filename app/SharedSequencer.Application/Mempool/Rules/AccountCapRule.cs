using SharedSequencer.Protocol;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Mempool.Rules;

/// <summary>One account has so many transactions and bytes that can run, and no more.</summary>
internal sealed class AccountCapRule(ApplicationOptions options) : IAdmissionRule
{
    public Verdict Check(Candidate candidate)
    {
        if (candidate.IsParked || candidate.Queue is not { } queue)
            return Verdict.Ok;
        if (candidate.Replaced is null && queue.Count >= options.PoolCountPerAccount)
            return Full($"{queue.Count} transactions, as many as one account may have");
        return queue.Bytes - (candidate.Replaced?.Bytes ?? 0) + candidate.Bytes > options.PoolBytesPerAccount
            ? Full($"{queue.Bytes} bytes, and one account may have {options.PoolBytesPerAccount}")
            : Verdict.Ok;
    }

    private static Verdict Full(string what) =>
        Verdict.Refuse(ResultCode.PoolFull, $"The pool holds {what}: try again after the next block.");
}
