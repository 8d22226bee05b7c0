using NUnit.Framework;
using SharedSequencer.Engine.Events;

namespace SharedSequencer.Tests.Engine;

internal sealed class EventQueryTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> s_event = new()
    {
        ["tm.event"] = ["Tx"],
        ["tx.height"] = ["12"],
        ["tx.hash"] = ["ABCD"],
        ["transfer.amount"] = ["5", "70"],
        ["transfer.memo"] = ["to AND fro"],
        ["block.time"] = ["2026-01-31T12:00:00.5Z"],
    };

    [TestCase("tm.event = 'Tx'", true)]
    [TestCase("tm.event='Tx'", true)]
    [TestCase("tm.event = 'NewBlock'", false)]
    [TestCase("tm.event = 'Tx' AND tx.height = 12", true)]
    [TestCase("tm.event = 'Tx' AND tx.height > 12", false)]
    [TestCase("tx.height >= 12 AND tx.height <= 12", true)]
    [TestCase("tx.height < 12", false)]
    [TestCase("transfer.amount > 60", true)]
    [TestCase("transfer.amount = 5 AND transfer.amount = 70", true)]
    [TestCase("transfer.amount = 6", false)]
    [TestCase("transfer.memo = 'to AND fro'", true)]
    [TestCase("transfer.memo CONTAINS 'AND'", true)]
    [TestCase("transfer.memo CONTAINS 'or'", false)]
    [TestCase("tx.hash EXISTS", true)]
    [TestCase("tx.none EXISTS", false)]
    [TestCase("tx.none = 1", false)]
    [TestCase("tx.hash > 1", false, Description = "no number")]
    [TestCase("block.time >= DATE 2026-01-31", true)]
    [TestCase("block.time < TIME 2026-01-31T12:00:00Z", false)]
    public void It_says_which_events_match(string query, bool matches) =>
        Assert.That(EventQuery.Parse(query).Matches(s_event), Is.EqualTo(matches));

    [TestCase("")]
    [TestCase("bad query =")]
    [TestCase("tm.event = 'Tx' AND")]
    [TestCase("tm.event = 'Tx' OR tm.event = 'NewBlock'")]
    [TestCase("tm.event = 'Tx")]
    [TestCase("tm.event > 'Tx'")]
    [TestCase("tx.height CONTAINS 1")]
    [TestCase("block.time = DATE 2026-99-99")]
    [TestCase("tm.event = 'Tx'; drop")]
    public void What_is_no_query_is_refused(string query) =>
        Assert.Throws<FormatException>(() => EventQuery.Parse(query));

    [Test]
    public void A_query_has_a_length() =>
        Assert.Throws<FormatException>(() => EventQuery.Parse($"tm.event = '{new string('x', 600)}'"));
}
