using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>
/// What a transaction pays for being ordered. Base and tip count every byte of the signed transaction, a namespace's own
/// fee and its surcharge every byte of payload; the sender's cap, max_fee_per_byte × bytes, holds for all together.
/// </summary>
/// <param name="Base">To the fee account: the chain's base fee and the namespaces' own.</param>
/// <param name="Tip">To the fee account: what was offered, as far as the cap leaves room.</param>
/// <param name="Surcharges">To the namespaces' fee recipients, in sum.</param>
public readonly record struct TransactionCost(ulong Base, ulong Tip, ulong Surcharges)
{
    /// <summary>All that is taken for fees.</summary>
    public ulong Total => checked(Base + Tip + Surcharges);

    /// <summary>Computes the cost on a state; every namespace that is written must exist and allow the sender.</summary>
    public static Verdict Of(SignedTransaction transaction, IStateView state, BlockFees fees, out TransactionCost cost)
    {
        cost = default;
        var size = (UInt128)transaction.Raw.Length;
        UInt128 surcharges = 0;
        var required = fees.BasePerByte * size;
        foreach (var action in transaction.Body.Actions)
        {
            if (action is not SubmitData data)
                continue;
            if (state.Namespace(data.Namespace) is not { } record)
                return Verdict.Refuse(ResultCode.UnknownNamespace, $"Namespace {data.Namespace} is not registered.");
            if (!record.Allows(transaction.Sender))
                return Verdict.Refuse(ResultCode.NotWriter, $"{transaction.Sender} is not among the writers of namespace '{record.Name}'.");
            surcharges += (UInt128)record.Settings.SurchargePerByte * (UInt128)data.Payload.Length;
            required += (UInt128)fees.NamespacePerByte(data.Namespace) * (UInt128)data.Payload.Length;
        }

        required += surcharges;

        var cap = transaction.Body.MaxFeePerByte * size;
        if (required > cap)
        {
            return Verdict.Refuse(
                ResultCode.FeeTooLow,
                $"The fee is {required} useq for {size} bytes at a base fee of {fees.BasePerByte}, {surcharges} of it surcharge; max_fee_per_byte {transaction.Body.MaxFeePerByte} allows {cap}.");
        }

        var tip = UInt128.Min(transaction.Body.TipPerByte * size, cap - required);
        if (required + tip > ulong.MaxValue)
            return Verdict.Refuse(ResultCode.Overflow, "The fee exceeds 64 bits.");
        cost = new TransactionCost((ulong)(required - surcharges), (ulong)tip, (ulong)surcharges);
        return Verdict.Ok;
    }
}
