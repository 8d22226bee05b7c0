using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>Payload bytes that each namespace has taken of one block, against its own maximum.</summary>
public sealed class NamespaceUsage
{
    private readonly Dictionary<NamespaceId, ulong> _bytes = [];

    /// <summary>Whether all of the transaction's data fits. What alone exceeds a quota never will, and is too large.</summary>
    public Verdict Check(SignedTransaction transaction, IStateView state)
    {
        // Nearly every transaction has one action: it needs no sum.
        if (transaction.Body.Actions is [var single])
            return single is SubmitData data ? Check(data.Namespace, (ulong)data.Payload.Length, state) : Verdict.Ok;
        foreach (var (id, bytes) in Own(transaction))
        {
            var verdict = Check(id, bytes, state);
            if (!verdict.IsOk)
                return verdict;
        }

        return Verdict.Ok;
    }

    public void Add(SignedTransaction transaction)
    {
        foreach (var action in transaction.Body.Actions)
        {
            if (action is SubmitData data)
                _bytes[data.Namespace] = _bytes.GetValueOrDefault(data.Namespace) + (ulong)data.Payload.Length;
        }
    }

    private Verdict Check(NamespaceId id, ulong bytes, IStateView state)
    {
        if (state.Namespace(id) is not { Settings.MaxBytesPerBlock: > 0 and var quota } record)
            return Verdict.Ok;
        if (bytes > quota)
            return Verdict.Refuse(ResultCode.TooLarge, $"It has {bytes} bytes for namespace '{record.Name}', which allows {quota} in a block.");
        return _bytes.GetValueOrDefault(id) + bytes > quota
            ? Verdict.Refuse(ResultCode.QuotaExceeded, $"Namespace '{record.Name}' has used up its {quota} bytes of this block.")
            : Verdict.Ok;
    }

    private static SortedDictionary<NamespaceId, ulong> Own(SignedTransaction transaction)
    {
        SortedDictionary<NamespaceId, ulong> own = [];
        foreach (var action in transaction.Body.Actions)
        {
            if (action is SubmitData data)
                own[data.Namespace] = own.GetValueOrDefault(data.Namespace) + (ulong)data.Payload.Length;
        }

        return own;
    }
}
