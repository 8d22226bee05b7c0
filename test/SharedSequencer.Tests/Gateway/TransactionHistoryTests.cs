using NUnit.Framework;
using SharedSequencer.Evm;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Gateway;

public sealed class TransactionHistoryTests
{
    [Test]
    public void The_place_that_was_not_used_for_longest_falls_out_first()
    {
        var history = new TransactionHistory(TestOptions.Create() with { History = 3 });
        for (byte i = 1; i <= 3; i++)
            history.Update(Hash(i), _ => Place(i));
        Assert.That(history.Find(Hash(1)), Is.EqualTo(Place(1)));

        history.Update(Hash(4), _ => Place(4));

        Assert.That(new byte[] { 1, 2, 3, 4 }.Select(i => history.Find(Hash(i)) is not null), Is.EqualTo(new[] { true, false, true, true }));
        Assert.That(history.Count, Is.EqualTo(3));
    }

    [Test]
    public void A_change_is_made_from_what_is_known()
    {
        var history = new TransactionHistory(TestOptions.Create());
        history.Update(Hash(1), known => known ?? Place(1));
        history.Update(Hash(1), known => known! with { Height = 7 });
        Assert.That(history.Find(Hash(1)), Is.EqualTo(Place(1) with { Height = 7 }));
    }

    private static EvmHash Hash(byte number) => Keccak256.Of([number]);

    private static TransactionPlace Place(byte number) => new(Hash256.Of([number]));
}
