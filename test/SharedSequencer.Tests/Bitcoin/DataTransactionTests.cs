using NUnit.Framework;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Bitcoin;

/// <summary>What the wallet builds and which coins it takes.</summary>
internal sealed class DataTransactionTests
{
    private static readonly TaprootKey s_key = new(SecretKey.From(Hash256.Of("wallet"u8).Span), BitcoinNetwork.Regtest);
    private static readonly byte[] s_script = OpReturn.Script(new byte[79]);

    [Test]
    public void It_pays_exactly_the_rate_for_its_size_and_returns_the_rest()
    {
        Coin[] coins = [Coin(1, 400), Coin(2, 100_000)];
        Assert.That(DataTransaction.TryBuild(s_key, coins, s_script, new FeeRate(2_500), out var transaction, out _), Is.True);
        Assert.That(transaction.Inputs, Has.Count.EqualTo(2));
        Assert.That(transaction.Outputs[0], Is.EqualTo(new TransactionOutput(0, s_script)));
        Assert.That(s_key.Owns(transaction.Outputs[1]), Is.True);
        var fee = 100_400 - transaction.Outputs[1].Value;
        Assert.That(fee, Is.EqualTo(((2_500UL * (ulong)transaction.VirtualSize) + 999) / 1000));
    }

    [Test]
    public void Its_signatures_verify_under_the_output_key()
    {
        Coin[] coins = [Coin(1, 400), Coin(2, 100_000)];
        _ = DataTransaction.TryBuild(s_key, coins, s_script, FeeRate.PerVirtualByte(1), out var transaction, out _);
        for (var i = 0; i < transaction.Inputs.Count; i++)
        {
            var hash = TaprootSignatureHash.Compute(transaction, i, [.. coins.Select(coin => coin.Output)]);
            Assert.That(Schnorr.Verify(s_key.OutputKey.Span, hash.Span, transaction.Inputs[i].Witness.Single()), Is.True);
        }
    }

    [Test]
    public void Too_little_is_refused_with_what_is_missing()
    {
        Assert.That(DataTransaction.TryBuild(s_key, [], s_script, FeeRate.PerVirtualByte(1), out _, out var missing), Is.False);
        Assert.That(missing, Is.GreaterThan(DataTransaction.DustLimit));
        Assert.That(DataTransaction.TryBuild(s_key, [Coin(1, missing - 1)], s_script, FeeRate.PerVirtualByte(1), out _, out var still), Is.False);
        Assert.That(still, Is.EqualTo(1));
        Assert.That(DataTransaction.TryBuild(s_key, [Coin(1, missing)], s_script, FeeRate.PerVirtualByte(1), out var built, out _), Is.True);
        Assert.That(built.Outputs[1].Value, Is.EqualTo(DataTransaction.DustLimit));
    }

    [Test]
    public void A_coin_of_another_key_is_not_signed_for()
    {
        var stranger = new TaprootKey(SecretKey.From(Hash256.Of("stranger"u8).Span), BitcoinNetwork.Regtest);
        var coin = new Coin(new OutPoint(BitcoinHash.Zero, 0), new TransactionOutput(100_000, stranger.ScriptPubKey), 1, IsCoinbase: false);
        Assert.That(() => DataTransaction.TryBuild(s_key, [coin], s_script, FeeRate.PerVirtualByte(1), out _, out _), Throws.ArgumentException);
    }

    [TestCase(1_000ul, 203, 203ul)]
    [TestCase(1_001ul, 203, 204ul, TestName = "A_fee_is_rounded_up")]
    [TestCase(1ul, 1, 1ul)]
    public void A_fee_is_the_rate_times_the_size(ulong rate, int size, ulong fee) => Assert.That(new FeeRate(rate).FeeFor(size), Is.EqualTo(fee));

    [Test]
    public void Coins_are_taken_in_an_order_that_makes_repeats_conflict()
    {
        var ledger = new CoinLedger(s_key);
        var small = Coin(1, 5_000);
        var large = Coin(2, 50_000);
        var immature = new Coin(new OutPoint(BitcoinHash.Of("coinbase"u8), 0), new TransactionOutput(5_000_000_000, s_key.ScriptPubKey), 5, IsCoinbase: true);
        ledger.Load(new CoinScan(100, BitcoinHash.Zero, [small, immature, large]));
        Assert.That(Take(ledger, []), Is.EqualTo(new[] { large, small }).AsCollection);
        Assert.That(ledger.Spendable(104, []), Does.Contain(immature), "the block after 104 is the hundredth after 5");
        Assert.That(ledger.Spendable(103, []), Does.Not.Contain(immature));

        var posted = Post(large);
        var change = ledger.OwnOutputs(posted.Transaction, height: null).Single();
        Assert.That(Take(ledger, [posted]), Is.EqualTo(new[] { small, change }).AsCollection, "confirmed before unconfirmed, spent no more");
        Assert.That(Take(ledger, [Post(small).Lose("gone")]), Is.EqualTo(new[] { small, large }).AsCollection, "first what a lost one may still spend");
        ledger.MarkSpent(large.OutPoint);
        Assert.That(Take(ledger, []), Is.EqualTo(new[] { small }).AsCollection);
    }

    private static List<Coin> Take(CoinLedger ledger, IReadOnlyList<Anchor> anchors) => ledger.Spendable(100, anchors);

    private static PostedAnchor Post(Coin coin)
    {
        var checkpoint = new Checkpoint(new ChainTag(1), 1, Hash256.Zero, Hash256.Zero);
        _ = DataTransaction.TryBuild(s_key, [coin], OpReturn.Script(checkpoint.Encode()), FeeRate.PerVirtualByte(1), out var transaction, out _);
        return new PostedAnchor(checkpoint, transaction);
    }

    private static Coin Coin(byte id, ulong value) =>
        new(new OutPoint(BitcoinHash.Of([id]), id), new TransactionOutput(value, s_key.ScriptPubKey), 3, IsCoinbase: false);
}
