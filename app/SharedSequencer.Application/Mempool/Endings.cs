using SharedSequencer.Application.Ports;
using SharedSequencer.Protocol;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Mempool;

/// <summary>Which of the ladder's ends a refusal is, for a transaction that the pool had taken.</summary>
internal static class Endings
{
    /// <summary>A fee that does not suffice today may suffice later: the same bytes are worth another try.</summary>
    public static PoolEnding Of(Verdict verdict) => new(
        verdict.Code switch
        {
            ResultCode.Expired => PoolEndingKind.Expired,
            ResultCode.FeeTooLow => PoolEndingKind.Evicted,
            _ => PoolEndingKind.Rejected,
        },
        verdict.Code,
        verdict.Message);
}
