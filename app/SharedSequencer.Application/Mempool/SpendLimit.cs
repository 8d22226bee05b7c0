using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Mempool;

/// <summary>The most that a transaction can take from its sender, whatever the fees turn out to be.</summary>
internal static class SpendLimit
{
    /// <summary>In useq. What the sender may receive before is not counted on.</summary>
    public static UInt128 Of(SignedTransaction transaction, IStateView state)
    {
        var spend = (UInt128)transaction.Body.MaxFeePerByte * (UInt128)transaction.Raw.Length;
        foreach (var action in transaction.Body.Actions)
        {
            spend += action switch
            {
                Transfer transfer => transfer.Amount,
                RegisterNamespace register => register.Deposit,
                UpdateNamespace update when state.Namespace(update.Namespace) is { } record && update.Deposit > record.Deposit
                    => update.Deposit - record.Deposit,
                _ => 0UL,
            };
        }

        return spend;
    }
}
