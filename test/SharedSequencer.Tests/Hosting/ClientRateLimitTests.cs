using System.Net;
using NUnit.Framework;
using SharedSequencer.Hosting.Http;

namespace SharedSequencer.Tests.Hosting;

public sealed class ClientRateLimitTests
{
    private static readonly ClientAddress s_one = ClientAddress.Of(IPAddress.Parse("192.0.2.1"));
    private static readonly ClientAddress s_two = ClientAddress.Of(IPAddress.Parse("192.0.2.2"));

    [Test]
    public void A_burst_is_taken_then_the_rate_and_a_refusal_costs_nothing()
    {
        var clock = new Clock();
        var limit = new ClientRateLimit(10, 5, clock);
        Assert.That(Enumerable.Range(0, 5).Select(_ => limit.Take(s_one)), Has.All.EqualTo(TimeSpan.Zero));
        for (var i = 0; i < 100; i++)
            Assert.That(limit.Take(s_one), Is.EqualTo(TimeSpan.FromMilliseconds(100)));

        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.That(limit.Take(s_one), Is.EqualTo(TimeSpan.Zero));
        Assert.That(limit.Take(s_one), Is.EqualTo(TimeSpan.FromMilliseconds(100)));

        // A bucket never holds more than its depth, however long a client was quiet.
        clock.Advance(TimeSpan.FromHours(1));
        Assert.That(Enumerable.Range(0, 6).Count(_ => limit.Take(s_one) == TimeSpan.Zero), Is.EqualTo(5));
    }

    [Test]
    public void Several_are_taken_whole_or_not_and_more_than_a_bucket_holds_costs_a_full_one()
    {
        var clock = new Clock();
        var limit = new ClientRateLimit(10, 5, clock);
        Assert.That(limit.Take(s_one, 3), Is.EqualTo(TimeSpan.Zero));
        Assert.That(limit.Take(s_one, 3), Is.EqualTo(TimeSpan.FromMilliseconds(100)));
        Assert.That(limit.Take(s_one, 2), Is.EqualTo(TimeSpan.Zero));
        Assert.That(limit.Take(s_one, 1000), Is.EqualTo(TimeSpan.FromMilliseconds(500)));
        clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.That(limit.Take(s_one, 1000), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Clients_do_not_share_and_zero_sets_no_limit()
    {
        var limit = new ClientRateLimit(1, 1, new Clock());
        Assert.That(limit.Take(s_one), Is.EqualTo(TimeSpan.Zero));

        // Of a hundred others one or none has the same bucket.
        var others = Enumerable.Range(0, 100).Count(i => limit.Take(ClientAddress.Of(new IPAddress([10, 0, 0, (byte)i]))) > TimeSpan.Zero);
        Assert.That(others, Is.LessThan(5));

        var none = new ClientRateLimit(0, 1, new Clock());
        Assert.That(Enumerable.Range(0, 10_000).Select(_ => none.Take(s_two)), Has.All.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task Threads_together_take_no_more_than_there_is()
    {
        var limit = new ClientRateLimit(10, 1000, new Clock());
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 500).Count(_ => limit.Take(s_one) == TimeSpan.Zero))));
        Assert.That(taken.Sum(), Is.EqualTo(1000));
    }

    [TestCase("192.0.2.1", "::ffff:192.0.2.1", true)]
    [TestCase("192.0.2.1", "192.0.2.2", false)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [TestCase("0.0.0.1", "0:0:0:1::", false)]
    public void A_client_is_an_IPv4_address_or_an_IPv6_network_of_64_bits(string first, string second, bool isSame) =>
        Assert.That(ClientAddress.Of(IPAddress.Parse(first)) == ClientAddress.Of(IPAddress.Parse(second)), Is.EqualTo(isSame));

    private sealed class Clock : TimeProvider
    {
        private long _ticks = TimeSpan.TicksPerDay;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
