using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Tests.CometBft;

[TestFixture]
public sealed class CometTimeTests
{
    [TestCase("2026-11-23T00:50:59.018420153Z", 1795395059, 18420153)]
    [TestCase("1970-01-01T00:00:00Z", 0, 0)]
    [TestCase("0001-01-01T00:00:00Z", -62135596800, 0)]
    [TestCase("1969-12-31T23:59:59.5Z", -1, 500000000)]
    [TestCase("9999-12-31T23:59:59.999999999Z", 253402300799, 999999999)]
    public void A_time_is_read_and_written_to_the_nanosecond(string text, long seconds, int nanos)
    {
        Assert.That(CometTime.Parse(text), Is.EqualTo(new CometTime(seconds, nanos)));
        Assert.That(new CometTime(seconds, nanos).ToString(), Is.EqualTo(text));
    }

    [TestCase("")]
    [TestCase("Z")]
    [TestCase("2026-11-23")]
    [TestCase("2026-11-23T00:50:59")]
    [TestCase("2026-11-23T00:50:59+00:00")]
    [TestCase("2026-11-23 00:50:59Z")]
    [TestCase("2026-11-23T00:50:59.Z")]
    [TestCase("2026-11-23T00:50:59.1234567890Z")]
    [TestCase("2026-11-23T00:50:59.12a4Z")]
    [TestCase("2026-11-23T00:50:59,5Z")]
    [TestCase("2026-13-23T00:50:59Z")]
    [TestCase("2026-11-23T24:00:00Z")]
    [TestCase("2026-11-23T00:50:60Z")]
    [TestCase("2026-11-23T00:50:59.5z")]
    [TestCase(" 2026-11-23T00:50:59Z")]
    public void Anything_else_is_no_time(string text)
    {
        Assert.That(CometTime.TryParse(text, out _), Is.False);
        Assert.That(() => CometTime.Parse(text), Throws.InstanceOf<FormatException>());
    }

    [FsCheck.NUnit.Property]
    public Property Any_time_survives_text_and_protobuf() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Two()
            .Select(pair => new CometTime(-62135596800 + (((long)pair.Item1 << 31 | (uint)pair.Item2) % 315537897600), pair.Item2 % 1_000_000_000))
            .ToArbitrary(),
        time => CometTime.Parse(time.ToString()) == time && CometTime.FromProto(time.ToProto()) == time);

    [Test]
    public void Times_are_ordered_and_turn_into_dotnet_times()
    {
        var time = CometTime.Parse("2026-11-23T00:50:59.018420153Z");
        Assert.That(time < time with { Nanos = 18420154 });
        Assert.That(time > new CometTime(time.Seconds - 1, 999_999_999));
        Assert.That(time.ToDateTimeOffset().ToString("O"), Is.EqualTo("2026-11-23T00:50:59.0184201+00:00"));
        Assert.That(CometTime.From(time.ToDateTimeOffset()), Is.EqualTo(time with { Nanos = 18420100 }));
    }
}
