using SharedSequencer.Protocol;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Mempool.Rules;

/// <summary>
/// The place of another transaction costs at least a tenth more tip, and at least one useq a byte more: else the pool,
/// and the network that gossips, could be churned for nothing.
/// </summary>
internal sealed class ReplacementRule : IAdmissionRule
{
    public Verdict Check(Candidate candidate)
    {
        if (candidate.Replaced is not { } before)
            return Verdict.Ok;

        // A tip for each byte is far below 64 bits: the tip for all of them fits.
        var least = before.TipPerByte + Math.Max(1, (before.TipPerByte + 9) / 10);
        return candidate.TipPerByte >= least
            ? Verdict.Ok
            : Verdict.Refuse(
                ResultCode.ReplacementUnderpriced,
                $"Nonce {candidate.Nonce} is taken by {before.Id}, which tips {before.TipPerByte} useq a byte; {least} are needed to replace it, this tips {candidate.TipPerByte}.");
    }
}
