using NUnit.Framework;
using SharedSequencer.Application;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.Tests.Mempool;

namespace SharedSequencer.Tests.Proposals;

/// <summary>What was verified once is known by all of its bytes, for a while.</summary>
internal sealed class VerifiedTransactionsTests
{
    private readonly PoolWorld _world = new(3);

    [Test]
    public void A_bad_signature_stays_bad_however_often_it_comes_and_beside_the_good_one()
    {
        var verified = new VerifiedTransactions();
        var good = _world.Make(1, 0).Raw.ToArray();
        byte[] bad = [.. good];
        bad[^1] ^= 1;
        for (var again = 0; again < 3; again++)
        {
            Assert.That(verified.Check(bad).Verdict.Code, Is.EqualTo(ResultCode.BadSignature));
            Assert.That(verified.Check(good).Verdict.Code, Is.EqualTo(ResultCode.Ok));
            Assert.That(verified.Check(good.AsMemory(1)).Transaction, Is.Null);
        }
    }

    [Test]
    public void What_was_verified_is_remembered_until_a_block_holds_it_or_others_took_its_room()
    {
        const int Bytes = 10_000;
        var verified = new VerifiedTransactions(Bytes);
        var (decided, crowdedOut) = (_world.Make(1, 0), _world.Make(2, 0));
        var (first, second) = (Known(decided), Known(crowdedOut));
        Assert.That(Known(decided), Is.SameAs(first));
        Assert.That(Known(crowdedOut), Is.SameAs(second));

        verified.Forget([first]);
        Assert.That(Known(decided), Is.Not.SameAs(first));
        Assert.That(Known(crowdedOut), Is.SameAs(second));

        var bytes = 0;
        for (ulong nonce = 1; bytes < Bytes; nonce++)
            bytes += Known(_world.Make(1, nonce)).Raw.Length;
        Assert.That(Known(crowdedOut), Is.Not.SameAs(second));

        SignedTransaction Known(SignedTransaction transaction) => verified.Check(transaction.Raw.ToArray()).Transaction!;
    }
}
