using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application;

/// <summary>What can be said of a transaction's bytes without any state.</summary>
/// <param name="Transaction">Set when the verdict is good: its signature has been verified.</param>
public readonly record struct TransactionCheck(SignedTransaction? Transaction, Verdict Verdict)
{
    internal static TransactionCheck Good(SignedTransaction transaction) => new(transaction, Verdict.Ok);

    internal static TransactionCheck Malformed(int length, string error) => new(null, Verdict.Refuse(
        length > Limits.TransactionBytes ? ResultCode.TooLarge : ResultCode.Malformed, error));

    internal static TransactionCheck BadSignature(SignedTransaction transaction) => new(null, Verdict.Refuse(
        ResultCode.BadSignature, $"The signature does not belong to {transaction.Sender} and this body."));
}
