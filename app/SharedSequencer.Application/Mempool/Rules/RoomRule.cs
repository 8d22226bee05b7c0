using SharedSequencer.Protocol;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Mempool.Rules;

/// <summary>
/// The pool has room, or the cheapest make room. First what cannot run anyway; then the last transactions of accounts,
/// the lowest rank first, so that none is left without one before it. What stands in a guaranteed share stays, and
/// what asks for its guaranteed share gets it whatever the others tip.
/// </summary>
internal sealed class RoomRule(ApplicationOptions options, PoolBooks books) : IAdmissionRule
{
    public Verdict Check(Candidate candidate)
    {
        var count = books.Count + (candidate.Replaced is null ? 1 : 0) - candidate.Evicted.Count - options.PoolCount;
        var bytes = books.Bytes + candidate.Bytes - (candidate.Replaced?.Bytes ?? 0) - options.PoolBytes;
        foreach (var evicted in candidate.Evicted)
            bytes -= evicted.Bytes;
        if (count <= 0 && bytes <= 0)
            return Verdict.Ok;
        return new EvictionPlan(books, candidate).TryFree(count, bytes)
            ? Verdict.Ok
            : Verdict.Refuse(
                ResultCode.PoolFull,
                $"The pool is full with {books.Count} transactions of {books.Bytes} bytes, and none that may go counts for less than this one's {candidate.Rank} useq a byte. Tip more, or try again after the next block.");
    }
}
