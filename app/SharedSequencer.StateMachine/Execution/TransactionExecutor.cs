using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>
/// Runs one transaction whose signature is known to be good. Checks come in three phases: against the chain and the
/// block's time, against the account, and while executing. A refused transaction leaves nothing behind.
/// </summary>
public static class TransactionExecutor
{
    /// <summary>What holds whatever the account has: the chain and the time.</summary>
    public static Verdict CheckContext(SignedTransaction transaction, IStateView state, BlockTime time)
    {
        var body = transaction.Body;
        if (!string.Equals(body.ChainId, state.ChainId, StringComparison.Ordinal))
            return Verdict.Refuse(ResultCode.WrongChain, $"It was signed for chain '{body.ChainId}'; this is '{state.ChainId}'.");
        if (body.ExpiryTime <= time.Seconds)
            return Verdict.Refuse(ResultCode.Expired, $"It expired at {body.ExpiryTime}; the block time is {time.Seconds}.");
        if ((ulong)(body.ExpiryTime - time.Seconds) > state.Parameters.MaxTransactionLifetime)
        {
            return Verdict.Refuse(
                ResultCode.ExpiryTooFar,
                $"It expires at {body.ExpiryTime}, more than {state.Parameters.MaxTransactionLifetime} s after the block time {time.Seconds}.");
        }

        return Verdict.Ok;
    }

    /// <summary>Runs all actions on the fork, or none of them.</summary>
    public static Verdict Execute(
        SignedTransaction transaction, StateFork fork, BlockContext block, BlockFees fees, NamespaceUsage usage)
    {
        var verdict = CheckContext(transaction, fork, block.Time);
        if (!verdict.IsOk)
            return verdict;
        verdict = CheckNonce(transaction, fork.Account(transaction.Sender).Nonce);
        if (!verdict.IsOk)
            return verdict;
        verdict = TransactionCost.Of(transaction, fork, fees, out var cost);
        if (!verdict.IsOk)
            return verdict;
        verdict = usage.Check(transaction, fork);
        if (!verdict.IsOk)
            return verdict;

        fork.Begin();
        verdict = Pay(transaction, fork, cost);
        for (var i = 0; i < transaction.Body.Actions.Count && verdict.IsOk; i++)
            verdict = Run(transaction.Body.Actions[i], transaction.Sender, fork);
        if (verdict.IsOk)
            usage.Add(transaction);
        else
            fork.Rollback();
        return verdict;
    }

    /// <summary>Compares a transaction's nonce with the one that is next.</summary>
    public static Verdict CheckNonce(SignedTransaction transaction, ulong next)
    {
        var nonce = transaction.Body.Nonce;
        if (nonce < next)
            return Verdict.Refuse(ResultCode.NonceTooLow, $"Nonce {nonce} is used; the account's next is {next}.");
        return nonce > next
            ? Verdict.Refuse(ResultCode.NonceGap, $"Nonce {nonce} must wait: the account's next is {next}.")
            : Verdict.Ok;
    }

    private static Verdict Pay(SignedTransaction transaction, StateFork fork, TransactionCost cost)
    {
        var account = fork.Account(transaction.Sender);
        if (account.Balance < cost.Total)
            return Short(transaction.Sender, account.Balance, cost.Total, "the fee");
        fork.SetAccount(transaction.Sender, new AccountRecord(account.Balance - cost.Total, checked(account.Nonce + 1)));
        fork.AddFees(checked(cost.Base + cost.Tip));
        if (cost.Surcharges == 0)
            return Verdict.Ok;

        foreach (var action in transaction.Body.Actions)
        {
            // The cost was computed on this fork: every namespace is there.
            if (action is SubmitData data && fork.Namespace(data.Namespace) is { Settings.SurchargePerByte: > 0 } record)
                Credit(fork, record.FeeRecipient, checked(record.Settings.SurchargePerByte * (ulong)data.Payload.Length));
        }

        return Verdict.Ok;
    }

    private static Verdict Run(TransactionAction action, AccountId sender, StateFork fork) => action switch
    {
        SubmitData => Verdict.Ok,
        Transfer transfer => Run(transfer, sender, fork),
        RegisterNamespace register => Run(register, sender, fork),
        UpdateNamespace update => Run(update, sender, fork),
        _ => throw new InvalidOperationException($"{action.GetType().Name} was decoded but cannot be executed."),
    };

    private static Verdict Run(Transfer transfer, AccountId sender, StateFork fork)
    {
        var verdict = Debit(fork, sender, transfer.Amount, "the transfer");
        if (verdict.IsOk)
            Credit(fork, transfer.Recipient, transfer.Amount);
        return verdict;
    }

    private static Verdict Run(RegisterNamespace register, AccountId sender, StateFork fork)
    {
        var id = NamespaceId.OfName(register.Name);
        if (id.IsReserved)
            return Verdict.Refuse(ResultCode.NamespaceTaken, $"The id of '{register.Name}' is {id}, which is reserved: choose another name.");
        if (fork.Namespace(id) is { } taken)
            return Verdict.Refuse(ResultCode.NamespaceTaken, $"The id of '{register.Name}', {id}, is taken by '{taken.Name}'.");
        if (register.Deposit < fork.Parameters.MinimumNamespaceDeposit)
            return TooLittle(register.Deposit, fork.Parameters);

        var verdict = Debit(fork, sender, register.Deposit, "the deposit");
        if (verdict.IsOk)
            fork.SetNamespace(new NamespaceRecord(register.Name, sender, register.Settings, register.Deposit));
        return verdict;
    }

    private static Verdict Run(UpdateNamespace update, AccountId sender, StateFork fork)
    {
        if (fork.Namespace(update.Namespace) is not { } record)
            return Verdict.Refuse(ResultCode.UnknownNamespace, $"Namespace {update.Namespace} is not registered.");
        if (record.Owner != sender)
            return Verdict.Refuse(ResultCode.NotOwner, $"Namespace '{record.Name}' belongs to {record.Owner}, not to {sender}.");
        if (update.Deposit < fork.Parameters.MinimumNamespaceDeposit)
            return TooLittle(update.Deposit, fork.Parameters);

        if (update.Deposit > record.Deposit)
        {
            var verdict = Debit(fork, sender, update.Deposit - record.Deposit, "the deposit");
            if (!verdict.IsOk)
                return verdict;
        }
        else if (update.Deposit < record.Deposit)
        {
            Credit(fork, sender, record.Deposit - update.Deposit);
        }

        fork.SetNamespace(new NamespaceRecord(record.Name, update.NewOwner ?? record.Owner, update.Settings, update.Deposit));
        return Verdict.Ok;
    }

    private static Verdict Debit(StateFork fork, AccountId id, ulong amount, string purpose)
    {
        var account = fork.Account(id);
        if (account.Balance < amount)
            return Short(id, account.Balance, amount, purpose);
        fork.SetAccount(id, account with { Balance = account.Balance - amount });
        return Verdict.Ok;
    }

    private static void Credit(StateFork fork, AccountId id, ulong amount)
    {
        var account = fork.Account(id);

        // The supply fits 64 bits since genesis: an overflow here is a broken invariant, not a bad transaction.
        fork.SetAccount(id, account with { Balance = checked(account.Balance + amount) });
    }

    private static Verdict Short(AccountId id, ulong balance, ulong needed, string purpose) =>
        Verdict.Refuse(ResultCode.InsufficientBalance, $"{id} has {balance} useq; {purpose} takes {needed}.");

    private static Verdict TooLittle(ulong deposit, ChainParameters parameters) =>
        Verdict.Refuse(ResultCode.DepositTooLow, $"The deposit is {deposit} useq; at least {parameters.MinimumNamespaceDeposit} is needed.");
}
