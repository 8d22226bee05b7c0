using System.Numerics;
using NUnit.Framework;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Evm;

public sealed class CandidateFilterTests
{
    private static readonly EvmRollupRules s_rules = new() { Namespace = NamespaceId.OfName("alpha"), ChainId = SignedEnvelope.Chain };

    private static readonly EvmAddress s_sender = EvmAddress.Of(SignedEnvelope.Key);

    [Test]
    public void A_balance_runs_down_by_the_most_that_each_transaction_may_spend_at_the_blocks_price()
    {
        // Each may cost 21,000 × 30 + 100, and spends at most 21,000 × (10 + 5) + 100.
        var envelope = new SignedEnvelope { FeeCap = 30, Tip = 5, Value = 100 };
        BigInteger most = (21_000 * 30) + 100, spent = (21_000 * 15) + 100;
        Assert.That(Codes(most, envelope), Is.EqualTo(new[] { "in" }));
        Assert.That(Codes(most - 1, envelope), Is.EqualTo(new[] { "InsufficientFunds" }));
        Assert.That(Codes(spent + most, envelope, envelope with { Nonce = 1 }), Is.EqualTo(new[] { "in", "in" }));
        Assert.That(Codes(spent + most - 1, envelope, envelope with { Nonce = 1 }), Is.EqualTo(new[] { "in", "InsufficientFunds" }));
    }

    [Test]
    public void A_dropped_transaction_leaves_a_gap_behind_it()
    {
        var dear = new SignedEnvelope { FeeCap = 30, Value = 1_000_000_000 };
        Assert.That(
            Codes(10_000_000, dear, dear with { Value = 0, Nonce = 1 }, dear with { Value = 0 }, dear with { Value = 0, Nonce = 1 }),
            Is.EqualTo(new[] { "InsufficientFunds", "NonceTooHigh", "in", "in" }));
    }

    [Test]
    public void What_was_paid_earlier_in_the_block_can_be_spent()
    {
        var other = SharedSequencer.Cryptography.SecretKey.From(Enumerable.Repeat((byte)7, 32).ToArray());
        var address = EvmAddress.Of(other);
        var pay = Candidate(0, new SignedEnvelope { FeeCap = 30, Value = 700_000, To = address.ToArray() }.Sign());
        var spend = Candidate(1, new SignedEnvelope { FeeCap = 30, Value = 1 }.Sign(other));
        var accounts = new Dictionary<EvmAddress, EvmAccount> { [s_sender] = new(0, 10_000_000), [address] = new(0, 0) };
        Assert.That(Run(accounts, pay, spend), Is.EqualTo(new[] { "in", "in" }));
        Assert.That(Run(accounts, spend, pay), Is.EqualTo(new[] { "in", "InsufficientFunds" }), "by index: the payment came too late");
    }

    [Test]
    public void A_fee_cap_at_the_base_fee_is_enough_and_one_below_is_not()
    {
        Assert.That(Codes(BigInteger.Pow(10, 18), new SignedEnvelope { FeeCap = 10, Tip = 0 }), Is.EqualTo(new[] { "in" }));
        Assert.That(Codes(BigInteger.Pow(10, 18), new SignedEnvelope { FeeCap = 9, Tip = 0 }), Is.EqualTo(new[] { "FeeCapBelowBaseFee" }));
    }

    [Test]
    public void Bytes_of_a_block_are_bounded_and_a_smaller_one_may_still_fit()
    {
        var small = s_rules with { MaxBlockBytes = 1_250 };
        var big = new SignedEnvelope { Data = new byte[1_000], GasLimit = 100_000 };
        var candidates = new[]
        {
            Candidate(0, big.Sign()),
            Candidate(1, (big with { Nonce = 1 }).Sign()),
            Candidate(2, new SignedEnvelope { Nonce = 1, Tip = 0, Value = 0 }.Sign()),
        };
        var accounts = new Dictionary<EvmAddress, EvmAccount> { [s_sender] = new(0, BigInteger.Pow(10, 18)) };
        Assert.That(Run(accounts, small, candidates), Is.EqualTo(new[] { "in", "BlockBytesExhausted", "in" }));
    }

    private static string[] Codes(BigInteger balance, params SignedEnvelope[] envelopes) => Run(
        new Dictionary<EvmAddress, EvmAccount> { [s_sender] = new(0, balance) },
        [.. envelopes.Select((e, i) => Candidate(i, e.Sign()))]);

    private static string[] Run(Dictionary<EvmAddress, EvmAccount> accounts, params Candidate[] candidates) => Run(accounts, s_rules, candidates);

    private static string[] Run(Dictionary<EvmAddress, EvmAccount> accounts, EvmRollupRules rules, params Candidate[] candidates)
    {
        var codes = Enumerable.Repeat("in", candidates.Length).ToArray();
        new CandidateFilter(rules, baseFee: 10, accounts).Keep([], candidates, 0, reserveGas: false, (c, why) => codes[c.Index] = why.Reason.ToString());
        return codes;
    }

    private static Candidate Candidate(int index, byte[] raw)
    {
        Assert.That(EthereumTransaction.TryDecode(raw, s_rules.TransactionRules, out var transaction, out var reason), Is.True, reason?.ToString());
        return new(index, transaction!);
    }
}
