using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Tests.Mempool;

/// <summary>What the pool holds when nothing is scarce, said as plainly as it can be: lists, and everything looked at anew each time.</summary>
internal sealed class NaivePool
{
    private readonly List<SignedTransaction> _held = [];

    public IReadOnlyList<SignedTransaction> Held => _held;

    public ResultCode Admit(SignedTransaction transaction, ulong committed, long now)
    {
        if (_held.Exists(t => t.Id == transaction.Id))
            return CodeOf(PlaceOf(transaction, committed));
        if (transaction.Body.ExpiryTime <= now)
            return ResultCode.Expired;
        if (transaction.Body.Nonce < committed)
            return ResultCode.NonceTooLow;
        var twin = _held.Find(t => t.Sender == transaction.Sender && t.Body.Nonce == transaction.Body.Nonce);
        if (twin is not null)
        {
            if (transaction.Body.TipPerByte * 10 < twin.Body.TipPerByte * 11 || transaction.Body.TipPerByte == twin.Body.TipPerByte)
                return ResultCode.ReplacementUnderpriced;
            _held.Remove(twin);
        }

        _held.Add(transaction);
        return CodeOf(PlaceOf(transaction, committed));
    }

    /// <summary>A block: what is in it, whose nonce is used, and what expired is gone.</summary>
    public void Commit(Func<AccountId, ulong> nonceOf, long now) =>
        _held.RemoveAll(t => t.Body.Nonce < nonceOf(t.Sender) || t.Body.ExpiryTime <= now);

    public PoolPlace PlaceOf(SignedTransaction transaction, ulong committed)
    {
        if (!_held.Exists(t => t.Id == transaction.Id))
            return PoolPlace.None;
        for (var nonce = committed; nonce < transaction.Body.Nonce; nonce++)
        {
            if (!_held.Exists(t => t.Sender == transaction.Sender && t.Body.Nonce == nonce))
                return PoolPlace.Waiting;
        }

        return PoolPlace.Runnable;
    }

    private static ResultCode CodeOf(PoolPlace place) => place == PoolPlace.Waiting ? ResultCode.NonceGap : ResultCode.Ok;
}
