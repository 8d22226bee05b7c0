using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Mempool;

/// <summary>
/// What a transaction asks of one namespace's share. A bundle counts for every namespace it touches, for each by the
/// part of the payload that goes there: so nobody can use up another's share by adding a byte for it.
/// </summary>
/// <param name="Payload">Bytes of payload for the namespace.</param>
/// <param name="Bytes">Its part of the whole transaction, rounded up.</param>
/// <param name="Deposit">What the namespace has locked, in useq, when the transaction was looked at.</param>
internal readonly record struct NamespaceDemand(NamespaceId Namespace, long Payload, long Bytes, ulong Deposit)
{
    /// <summary>The demands of a transaction, in the order of its actions; empty when it submits no data.</summary>
    /// <returns>A refusal when it has more for a namespace than that ever allows in a block.</returns>
    public static Verdict Of(SignedTransaction transaction, IStateView state, out NamespaceDemand[] demands)
    {
        List<(NamespaceId Namespace, long Payload)> payloads = [];
        long total = 0;
        foreach (var action in transaction.Body.Actions)
        {
            if (action is not SubmitData data)
                continue;
            total += data.Payload.Length;
            var known = payloads.FindIndex(p => p.Namespace == data.Namespace);
            if (known < 0)
                payloads.Add((data.Namespace, data.Payload.Length));
            else
                payloads[known] = (data.Namespace, payloads[known].Payload + data.Payload.Length);
        }

        demands = payloads.Count == 0 ? [] : new NamespaceDemand[payloads.Count];
        for (var i = 0; i < demands.Length; i++)
        {
            var (id, payload) = payloads[i];
            if (state.Namespace(id) is not { } record)
                return Verdict.Refuse(ResultCode.UnknownNamespace, $"Namespace {id} is not registered.");
            var quota = record.Settings.MaxBytesPerBlock;
            if (quota > 0 && (ulong)payload > quota)
                return Verdict.Refuse(ResultCode.TooLarge, $"It has {payload} bytes for namespace '{record.Name}', which allows {quota} in a block.");
            var part = ((transaction.Raw.Length * payload) + total - 1) / total;
            demands[i] = new NamespaceDemand(id, payload, part, record.Deposit);
        }

        return Verdict.Ok;
    }
}
