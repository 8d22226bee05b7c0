using System.Numerics;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Evm.Execution;

/// <summary>
/// Drops what cannot run in the block, in order, by the parent's state and what runs before it: nonce, fee cap, balance, bytes, gas.
/// Balances are reckoned on the safe side: what an earlier transaction may spend at most is gone, and what it pays to an account
/// directly has arrived. (Whoever can sign has no code, so that such a payment cannot fail.) What a contract pays out counts from the
/// next block on. A function of its inputs alone.
/// </summary>
internal sealed class CandidateFilter(
    EvmRollupRules rules, BigInteger baseFee, IReadOnlyDictionary<EvmAddress, EvmAccount> accounts)
{
    /// <summary>Those of <paramref name="rest"/> that may follow <paramref name="taken"/>.</summary>
    /// <param name="gasUsed">Gas that <paramref name="taken"/> uses, as its execution showed.</param>
    /// <param name="reserveGas">True: each transaction keeps its whole gas limit from those after it, so that all fit for certain.</param>
    /// <param name="drop">Told of each that is left out.</param>
    public List<Candidate> Keep(
        IReadOnlyList<Candidate> taken, IReadOnlyList<Candidate> rest, ulong gasUsed, bool reserveGas, Action<Candidate, DroppedBecause> drop)
    {
        var state = new Dictionary<EvmAddress, EvmAccount>(accounts);
        var bytes = 0;
        foreach (var candidate in taken)
        {
            bytes += candidate.Transaction.Raw.Length;
            Apply(state, candidate.Transaction);
        }

        var kept = new List<Candidate>(rest.Count);
        var gasLeft = rules.BlockGasLimit - gasUsed;
        foreach (var candidate in rest)
        {
            var transaction = candidate.Transaction;
            if (Check(transaction, state[transaction.Sender], gasLeft, rules.MaxBlockBytes - bytes) is { } reason)
            {
                drop(candidate, reason);
                continue;
            }

            kept.Add(candidate);
            bytes += transaction.Raw.Length;
            if (reserveGas)
                gasLeft -= transaction.GasLimit;
            Apply(state, transaction);
        }

        return kept;
    }

    private DroppedBecause? Check(EthereumTransaction transaction, EvmAccount sender, ulong gasLeft, int bytesLeft)
    {
        if (transaction.Nonce < sender.Nonce)
            return new(DropReason.NonceTooLow, $"nonce {transaction.Nonce} was used, {sender.Nonce} is next");
        if (transaction.Nonce > sender.Nonce)
            return new(DropReason.NonceTooHigh, $"nonce {transaction.Nonce}, {sender.Nonce} is next");
        if (transaction.MaxFeePerGas < baseFee)
            return new(DropReason.FeeCapBelowBaseFee, $"fee cap {transaction.MaxFeePerGas} wei per gas, the block's base fee is {baseFee}");
        if (transaction.MaxCost > sender.Balance)
            return new(DropReason.InsufficientFunds, $"value and gas may cost {transaction.MaxCost} wei, the sender is sure of {sender.Balance}");
        if (transaction.GasLimit > gasLeft)
            return new(DropReason.BlockGasExhausted, $"gas limit {transaction.GasLimit}, the block has {gasLeft} left");
        if (transaction.Raw.Length > bytesLeft)
            return new(DropReason.BlockBytesExhausted, $"{transaction.Raw.Length} bytes, the block has {bytesLeft} left");
        return null;
    }

    private void Apply(Dictionary<EvmAddress, EvmAccount> state, EthereumTransaction transaction)
    {
        var sender = state[transaction.Sender];
        var spent = transaction.Value + (transaction.GasLimit * transaction.EffectiveGasPrice(baseFee));
        state[transaction.Sender] = new(sender.Nonce + 1, BigInteger.Max(sender.Balance - spent, BigInteger.Zero));
        if (transaction.To is { } to && state.TryGetValue(to, out var recipient))
            state[to] = recipient with { Balance = recipient.Balance + transaction.Value };
    }
}
