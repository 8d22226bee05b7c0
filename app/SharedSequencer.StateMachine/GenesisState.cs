using System.Text;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.StateMachine;

/// <summary>The chain's first state, typed. The host reads it from genesis' app_state.</summary>
public sealed record GenesisState
{
    public required string ChainId { get; init; }

    /// <summary>genesis_time.</summary>
    public required BlockTime Time { get; init; }

    public required ChainParameters Parameters { get; init; }

    /// <summary>Balances in useq, in any order.</summary>
    public required IReadOnlyList<KeyValuePair<AccountId, ulong>> Accounts { get; init; }

    /// <summary>All keys and values of the state, ordered by key.</summary>
    /// <exception cref="ArgumentException">
    /// An account is named twice or has no coins, the supply exceeds 64 bits, or a parameter is out of its range.
    /// </exception>
    public StateChange[] Entries()
    {
        CheckParameters();
        List<StateChange> entries =
        [
            new(StateKeys.ChainId.ToArray(), Encoding.UTF8.GetBytes(ChainId)),
            new(StateKeys.Parameters.ToArray(), Parameters.Encode()),
        ];
        HashSet<AccountId> seen = [];
        UInt128 supply = 0;
        foreach (var (id, balance) in Accounts)
        {
            if (!seen.Add(id))
                throw new ArgumentException($"Genesis names account {id} twice.");
            if (balance == 0)
                throw new ArgumentException($"Genesis gives account {id} nothing.");
            supply += balance;
            entries.Add(new(StateKeys.Account(id), new AccountRecord(balance, 0).Encode()));
        }

        // So no sum of balances can overflow, whatever moves.
        if (supply > ulong.MaxValue)
            throw new ArgumentException($"Genesis gives out {supply} useq; at most {ulong.MaxValue} can exist.");
        var ordered = entries.ToArray();
        Array.Sort(ordered, (a, b) => a.Key.Span.SequenceCompareTo(b.Key.Span));
        return ordered;
    }

    /// <summary>Within these ranges no price overflows: see <see cref="FeeMeter.PriceAt"/>.</summary>
    private void CheckParameters()
    {
        Check("base_fee_per_byte", Parameters.BaseFeePerByte, 1, 1 << 20);
        Check("max_transaction_lifetime", Parameters.MaxTransactionLifetime, 1, 365 * 24 * 60 * 60);
        Check("chain_fee_target_bytes_per_second", Parameters.ChainFeeRate.TargetBytesPerSecond, 1, 1UL << 40);
        Check("chain_fee_update_bytes", Parameters.ChainFeeRate.UpdateBytes, 1, 1UL << 36);
        Check("namespace_fee_target_bytes_per_second", Parameters.NamespaceFeeRate.TargetBytesPerSecond, 1, 1UL << 40);
        Check("namespace_fee_update_bytes", Parameters.NamespaceFeeRate.UpdateBytes, 1, 1UL << 36);
    }

    private static void Check(string name, ulong value, ulong least, ulong most)
    {
        if (value < least || value > most)
            throw new ArgumentException($"The parameter {name} is {value}; {least} to {most} is possible.");
    }
}
