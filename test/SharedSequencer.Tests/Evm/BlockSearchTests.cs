using System.Numerics;
using NUnit.Framework;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Evm;

public sealed class BlockSearchTests
{
    private const ulong Limit = 1_000_000;

    private static readonly EvmRollupRules s_rules = new() { Namespace = NamespaceId.OfName("alpha"), ChainId = 1, BlockGasLimit = Limit };

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool The_block_is_that_of_trying_each_transaction_at_its_turn(ushort[] seeds)
    {
        var chain = new Chain(seeds);
        var dropped = new Dictionary<int, DropReason>();
        var (block, included) = chain.Search(dropped);
        if (chain.Builds > BlockSearch.MaxBuilds)
            return block.Header.GasUsed <= Limit;

        // Which of two true reasons is named first (no gas left, a nonce missing) may differ; what is left out may not.
        var (expected, reasons) = chain.OneByOne();
        return included.Select(c => c.Index).SequenceEqual(expected)
            && block.Transactions.SequenceEqual(expected.Select(i => chain.Candidates[i].Transaction.Hash.ToString()))
            && dropped.Keys.Order().SequenceEqual(reasons.Keys.Order());
    }

    [Test]
    public void A_block_that_is_not_full_takes_one_build()
    {
        var chain = new Chain([.. Enumerable.Repeat((ushort)0, 20)]);
        var (_, included) = chain.Search([]);
        Assert.That((included.Count, chain.Builds), Is.EqualTo((20, 1)));
    }

    [Test]
    public void Transfers_beyond_the_gas_limit_take_one_build()
    {
        var chain = new Chain([.. Enumerable.Repeat((ushort)0, 200)]);
        var dropped = new Dictionary<int, DropReason>();
        var (block, included) = chain.Search(dropped);
        Assert.That((included.Count, chain.Builds), Is.EqualTo((47, 1)));
        Assert.That(block.Header.GasUsed, Is.EqualTo(47UL * 21_000));
        Assert.That(dropped[47], Is.EqualTo(DropReason.BlockGasExhausted));
    }

    [Test]
    public void One_that_claims_the_whole_block_and_uses_little_takes_nobodys_place()
    {
        var chain = new Chain([Chain.Greedy, .. Enumerable.Repeat((ushort)0, 40)]);
        var (_, included) = chain.Search([]);
        Assert.That((included.Count, chain.Builds), Is.EqualTo((41, 2)));
    }

    [Test]
    public void One_that_the_client_dislikes_is_found_and_what_counted_on_it_is_judged_again()
    {
        // 1 comes from account 2 with its first nonce; 2, 4, 6 and 7 come from there too, with that nonce and the next ones.
        var chain = new Chain([0, Chain.Poison + 16, 0, 0, 16 * 3, 0, 16, 0]);
        var dropped = new Dictionary<int, DropReason>();
        var (_, included) = chain.Search(dropped);
        Assert.That(dropped, Is.EqualTo(new Dictionary<int, DropReason> { [1] = DropReason.RefusedByClient }));
        Assert.That(included.Select(c => c.Index), Is.EqualTo(new[] { 0, 2, 3, 4, 5, 6, 7 }));
        Assert.That(chain.Builds, Is.LessThanOrEqualTo(6));
    }

    [Test]
    public void What_crafted_transactions_cost_is_bounded()
    {
        // Each poisoned transaction costs a search of its own.
        var chain = new Chain([.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? Chain.Poison : (ushort)0)]);
        var dropped = new Dictionary<int, DropReason>();
        var (block, included) = chain.Search(dropped);
        Assert.That(chain.Builds, Is.LessThanOrEqualTo(2 * BlockSearch.MaxBuilds));
        Assert.That(included.Count + dropped.Count, Is.EqualTo(40));
        Assert.That(block.Transactions, Has.Count.EqualTo(included.Count));
    }

    [Test]
    public void A_client_that_refuses_everything_drops_nothing()
    {
        var dropped = new Dictionary<int, DropReason>();
        var chain = new Chain([0, 0, 0]) { IsBroken = true };
        Assert.Throws<ClientUnreachableException>(() => chain.Search(dropped));
        Assert.That(dropped, Is.Empty);
    }

    /// <summary>What a client does with a list, as far as the search sees: nonces, gas, and transactions it dislikes.</summary>
    private sealed class Chain
    {
        public const ushort Greedy = 1;
        public const ushort Poison = 2;

        private readonly Dictionary<EvmHash, ulong> _gas = [];
        private readonly HashSet<EvmHash> _poison = [];

        public Chain(ushort[] seeds)
        {
            var nonces = new ulong[5];
            for (var i = 0; i < seeds.Length; i++)
            {
                var seed = seeds[i];
                var sender = (i + (seed / 16)) % 5;
                var gap = seed % 16 == 3 ? 1UL : 0;
                var limit = (seed % 16) switch
                {
                    Greedy => Limit - 10,
                    4 or 5 or 6 => 21_000UL + (seed * 7UL % 400_000),
                    _ => 21_000UL,
                };
                var used = seed % 16 is 4 or 5 ? limit / 2 : seed % 16 == 6 ? limit : 21_000;
                var transaction = Transaction(i, sender, nonces[sender] + gap, limit);
                if (seed % 16 != Poison || seed / 16 % 2 == 0)
                    nonces[sender]++;
                _gas[transaction.Hash] = Math.Max(used, 21_000);
                if (seed % 16 == Poison)
                    _poison.Add(transaction.Hash);
                Candidates.Add(new(i, transaction));
            }
        }

        public List<Candidate> Candidates { get; } = [];

        public int Builds { get; private set; }

        public bool IsBroken { get; init; }

        private static CandidateFilter Filter => new(
            s_rules, 1, Enumerable.Range(0, 5).ToDictionary(Account, _ => new EvmAccount(0, BigInteger.Pow(10, 18))));

        public (BuiltBlock Block, IReadOnlyList<Candidate> Included) Search(Dictionary<int, DropReason> dropped) =>
            new BlockSearch(Filter, Limit, BuildAsync, (c, why) => dropped.Add(c.Index, why.Reason))
                .RunAsync(Candidates, CancellationToken.None).GetAwaiter().GetResult();

        public (List<int> Included, Dictionary<int, DropReason> Dropped) OneByOne()
        {
            var taken = new List<Candidate>();
            var reasons = new Dictionary<int, DropReason>();
            foreach (var candidate in Candidates)
            {
                var used = taken.Aggregate(0UL, (sum, c) => sum + _gas[c.Transaction.Hash]);
                var kept = Filter.Keep(taken, [candidate], used, reserveGas: false, (c, why) => reasons.Add(c.Index, why.Reason));
                if (kept.Count == 1 && _poison.Contains(candidate.Transaction.Hash))
                    reasons.Add(candidate.Index, DropReason.RefusedByClient);
                else
                    taken.AddRange(kept);
            }

            return ([.. taken.Select(c => c.Index)], reasons);
        }

        private Task<BuildAttempt> BuildAsync(IReadOnlyList<Candidate> list, CancellationToken cancellationToken)
        {
            Builds++;
            if (IsBroken)
                return Task.FromResult(new BuildAttempt(null, "missing parent"));
            var used = 0UL;
            foreach (var candidate in list)
            {
                if (_poison.Contains(candidate.Transaction.Hash))
                    return Task.FromResult(new BuildAttempt(null, "sender not an eoa"));
                if (candidate.Transaction.GasLimit > Limit - used)
                    return Task.FromResult(new BuildAttempt(null, "gas limit reached"));
                used += _gas[candidate.Transaction.Hash];
            }

            var header = new EvmBlockHeader(1, default, default, 1, Limit, used, 1, []);
            return Task.FromResult(new BuildAttempt(new(header, [.. list.Select(c => c.Transaction.Hash.ToString())], default), null));
        }

        private static EvmAddress Account(int number) => EvmAddress.From([.. new byte[19], (byte)number]);

        private static EthereumTransaction Transaction(int index, int sender, ulong nonce, ulong gasLimit) => new()
        {
            Type = EthereumTransactionType.FeeMarket,
            Raw = new byte[110],
            Hash = EvmHash.From([.. new byte[28], .. BitConverter.GetBytes(index)]),
            Sender = Account(sender),
            ChainId = 1,
            Nonce = nonce,
            GasLimit = gasLimit,
            MaxFeePerGas = 2,
            MaxPriorityFeePerGas = 1,
            To = EvmAddress.Zero,
            Value = 0,
            Data = default,
            AccessList = [],
            IntrinsicGas = 21_000,
        };
    }
}
