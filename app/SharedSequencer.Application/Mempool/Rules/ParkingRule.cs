using SharedSequencer.Protocol;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Mempool.Rules;

/// <summary>
/// Room for what waits for an earlier nonce: of one account the lowest nonces stay, as they run first; of all accounts
/// those that tip most.
/// </summary>
internal sealed class ParkingRule(ApplicationOptions options, PoolBooks books) : IAdmissionRule
{
    public Verdict Check(Candidate candidate)
    {
        if (!candidate.IsParked)
            return Verdict.Ok;
        var verdict = CheckAccount(candidate);
        return verdict.IsOk ? CheckAll(candidate) : verdict;
    }

    private Verdict CheckAccount(Candidate candidate)
    {
        if (candidate.Queue is not { } queue)
            return Verdict.Ok;
        var count = queue.Parked.Count + (candidate.Replaced is null ? 1 : 0);
        var bytes = queue.ParkedBytes - (candidate.Replaced?.Bytes ?? 0) + candidate.Bytes;
        for (var i = queue.Parked.Count - 1; count > options.ParkedCountPerAccount || bytes > options.ParkedBytesPerAccount; i--)
        {
            if (i < 0 || queue.Parked.Values[i].Nonce <= candidate.Nonce)
            {
                return Verdict.Refuse(
                    ResultCode.PoolFull,
                    $"Nonce {candidate.Nonce} would have to wait for {candidate.Next}, and {queue.Parked.Count} of the account wait already. Send {candidate.Next} first.");
            }

            var victim = queue.Parked.Values[i];
            candidate.Evicted.Add(victim);
            count--;
            bytes -= victim.Bytes;
        }

        return Verdict.Ok;
    }

    private Verdict CheckAll(Candidate candidate)
    {
        var count = books.Parked.Count - candidate.Evicted.Count + (candidate.Replaced is null ? 1 : 0);
        var bytes = books.ParkedBytes - (candidate.Replaced?.Bytes ?? 0) + candidate.Bytes;
        foreach (var evicted in candidate.Evicted)
            bytes -= evicted.Bytes;
        if (count <= options.ParkedCount && bytes <= options.ParkedBytes)
            return Verdict.Ok;
        foreach (var victim in books.Parked)
        {
            if (victim.TipPerByte >= candidate.TipPerByte)
                break;
            if (victim == candidate.Replaced || candidate.Evicted.Contains(victim))
                continue;
            candidate.Evicted.Add(victim);
            count--;
            bytes -= victim.Bytes;
            if (count <= options.ParkedCount && bytes <= options.ParkedBytes)
                return Verdict.Ok;
        }

        return Verdict.Refuse(
            ResultCode.PoolFull,
            $"Nonce {candidate.Nonce} would have to wait for {candidate.Next}, and {books.Parked.Count} transactions wait already. Send {candidate.Next} first.");
    }
}
