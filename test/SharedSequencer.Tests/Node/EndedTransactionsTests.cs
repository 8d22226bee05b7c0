using NUnit.Framework;
using SharedSequencer.Application.Ports;
using SharedSequencer.Node.Transactions;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;

namespace SharedSequencer.Tests.Node;

internal sealed class EndedTransactionsTests
{
    [Test]
    public void The_newest_endings_are_kept_and_the_oldest_make_room()
    {
        var ended = new EndedTransactions(capacity: 100);
        for (var i = 0; i < 250; i++)
            ended.Add(Id(i), Ending($"{i}"));

        Assert.That(ended.Find(Id(149)), Is.Null);
        for (var i = 150; i < 250; i++)
            Assert.That(ended.Find(Id(i))?.Message, Is.EqualTo($"{i}"));
    }

    [Test]
    public void A_later_ending_takes_the_place_of_an_earlier_one_and_counts_as_new()
    {
        var ended = new EndedTransactions(capacity: 2);
        ended.Add(Id(1), Ending("first"));
        ended.Add(Id(2), Ending("other"));
        ended.Add(Id(1), Ending("second"));
        ended.Add(Id(3), Ending("third"));

        Assert.That(ended.Find(Id(1))?.Message, Is.EqualTo("second"));
        Assert.That(ended.Find(Id(2)), Is.Null);
    }

    [Test]
    public void What_is_tried_anew_has_not_ended()
    {
        var ended = new EndedTransactions();
        ended.Add(Id(1), Ending("evicted"));
        ended.Forget(Id(1));
        ended.Forget(Id(2));

        Assert.That(ended.Find(Id(1)), Is.Null);
    }

    [Test]
    public void Every_result_code_has_its_own_name_in_lower_snake_case()
    {
        var names = Enum.GetValues<ResultCode>().Select(Reasons.CodeOf).ToList();

        Assert.That(names, Is.Unique.And.All.Match("^[a-z]+(_[a-z]+)*$"));
        Assert.That(Reasons.CodeOf(ResultCode.ReplacementUnderpriced), Is.EqualTo("replacement_underpriced"));
        Assert.That(Reasons.CodeOf((ResultCode)9999), Is.EqualTo("code_9999"));
    }

    private static Hash256 Id(int number) => Hash256.Of(BitConverter.GetBytes(number));

    private static PoolEnding Ending(string message) => new(PoolEndingKind.Evicted, ResultCode.PoolFull, message);
}
