using System.Net.Sockets;
using NUnit.Framework;

namespace SharedSequencer.Tests.Abci;

/// <summary>Memory stays bounded whatever the peer does, and nothing is lost or stuck by it.</summary>
public sealed class BackPressureTests
{
    private const int TxBytes = 32 * 1024;
    private const int MaxQueued = 1024 * 1024;

    [TestCase(4096, 20 * 1024, Description = "bound by bytes")]
    [TestCase(20, 1024 * MaxQueued, Description = "bound by count")]
    public async Task What_is_read_ahead_stays_within_its_bounds(int maxRequests, int maxBytes)
    {
        const int Count = 2000;
        const int Bytes = 1024;
        AbciServerFixture? served = null;
        long most = 0;
        var application = new ScriptedApplication { OnPrepare = _ => OrderTests.InterlockedMax(ref most, served!.Server.HeldBytes) };
        await using var fixture = served = new AbciServerFixture(
            application, options => options with { MaxQueuedBytes = maxBytes, MaxQueuedRequests = maxRequests });
        using var client = fixture.Connect();

        var sending = Task.Run(() => client.Send(Enumerable.Range(0, Count).Select(i => Requests.CheckTx(i, Bytes))));
        for (var i = 0; i < Count; i++)
            Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i, Bytes)));
        await sending;

        // Twenty with what frames them, one of them in hand, and no more though much more was there to read.
        Assert.That(most, Is.InRange(8 * Bytes, 22 * (Bytes + 32)));
    }

    [Test]
    public async Task A_busy_application_holds_the_peer_back_and_then_all_is_answered()
    {
        const int Count = 400;
        using var release = new ManualResetEventSlim();
        var application = new ScriptedApplication { OnPrepare = _ => OrderTests.WaitIf(true, release) };
        await using var fixture = new AbciServerFixture(
            application, options => options with { MaxQueuedBytes = MaxQueued });
        using var client = fixture.Connect();

        var sent = 0;
        var sending = Task.Run(() =>
        {
            for (; sent < Count; Interlocked.Increment(ref sent))
                client.Send(Requests.CheckTx(sent, TxBytes));
        });
        await SettledAsync(() => Volatile.Read(ref sent));

        Assert.That(sending.IsCompleted, Is.False, "the peer is held back");
        Assert.That(fixture.Server.HeldBytes, Is.LessThanOrEqualTo(MaxQueued + TxBytes).And.Positive);

        release.Set();
        for (var i = 0; i < Count; i++)
            Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i, TxBytes)));
        await sending;
        await AbciServerFixture.UntilAsync(() => fixture.Server.HeldBytes == 0, "all to be released");
    }

    [Test]
    public async Task A_peer_that_does_not_read_is_held_back_and_gets_everything_when_it_reads()
    {
        const int Count = 400;
        await using var fixture = new AbciServerFixture(
            new ScriptedApplication(), options => options with { MaxQueuedBytes = MaxQueued });
        using var client = fixture.Connect();

        var sent = 0;
        var sending = Task.Run(() =>
        {
            for (; sent < Count; Interlocked.Increment(ref sent))
                client.Send(Requests.CheckTx(sent, TxBytes));
        });
        await SettledAsync(() => Volatile.Read(ref sent));
        Assert.That(sending.IsCompleted, Is.False, "the peer is held back");
        Assert.That(fixture.Server.HeldBytes, Is.LessThanOrEqualTo(MaxQueued + TxBytes));

        for (var i = 0; i < Count; i++)
            Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i, TxBytes)));
        await sending;
    }

    [Test]
    public async Task Nothing_more_is_taken_while_one_large_request_waits_behind_small_ones()
    {
        const int Small = 400;
        const int Flood = 400;
        const int Large = MaxQueued + (MaxQueued / 4);
        using var turns = new SemaphoreSlim(0);
        var application = new ScriptedApplication
        {
            OnCall = _ =>
            {
                if (!turns.Wait(TimeSpan.FromSeconds(60)))
                    throw new TimeoutException("The test never gave the call its turn.");
            },
        };
        await using var fixture = new AbciServerFixture(application, options => options with { MaxQueuedBytes = MaxQueued });
        using var client = fixture.Connect();
        client.Send(Enumerable.Range(0, Small).Select(i => Requests.CheckTx(i, 16)));
        var sent = 1;
        var sending = Task.Run(() =>
        {
            client.Send(Requests.CheckTx(Small, Large));
            for (var i = 1; i <= Flood; i++, Interlocked.Increment(ref sent))
                client.Send(Requests.CheckTx(Small + i, TxBytes));
        });

        // Between answers the server looks at the socket, until the large one is there: then no more fits.
        var given = 0;
        while (fixture.Server.HeldBytes <= Large)
            await GiveAsync(16);
        var before = Volatile.Read(ref sent);
        while (given + 16 < Small)
            await GiveAsync(16);

        // A slow sender may still have filled the kernel's own buffer, of a fifth of a megabyte.
        Assert.That(Volatile.Read(ref sent) - before, Is.LessThan(MaxQueued / 2 / TxBytes));
        turns.Release(Small - given + 1 + Flood);
        for (var i = 0; i < Small; i++)
            Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i, 16)));
        for (var i = Small; i <= Small + Flood; i++)
            Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i, i == Small ? Large : TxBytes)));
        await sending;

        async Task GiveAsync(int count)
        {
            Assert.That(given + count, Is.LessThan(Small));
            given += count;
            turns.Release(count);
            await AbciServerFixture.UntilAsync(() => application.Admitted.Count == given + 1, "these answers");
            await SettledAsync(() => Volatile.Read(ref sent));
        }
    }

    [Test]
    public async Task What_comes_meanwhile_is_taken_between_answers()
    {
        const int Count = 40;
        using var turns = new SemaphoreSlim(0);
        var application = new ScriptedApplication
        {
            OnCall = _ =>
            {
                if (!turns.Wait(TimeSpan.FromSeconds(60)))
                    throw new TimeoutException("The test never gave the call its turn.");
            },
        };
        await using var fixture = new AbciServerFixture(application);
        using var client = fixture.Connect();
        var wireBytes = Requests.CheckTx(1).CalculateSize();
        client.Send(Enumerable.Range(0, Count).Select(i => Requests.CheckTx(i)));
        await AbciServerFixture.UntilAsync(() => fixture.Server.HeldBytes == Count * wireBytes, "the first to be read");
        client.Send(Enumerable.Range(Count, Count).Select(i => Requests.CheckTx(i)));

        // Half of the first are answered, the other half waits: the second are there already, for other threads to prepare.
        turns.Release(Count / 2);
        await AbciServerFixture.UntilAsync(() => fixture.Server.HeldBytes == (Count / 2 + Count) * wireBytes, "the second to be read");
        turns.Release(Count / 2 + Count);
        for (var i = 0; i < 2 * Count; i++)
            Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i)));
    }

    [Test]
    public async Task One_request_over_the_queue_bound_is_served_alone()
    {
        await using var fixture = new AbciServerFixture(
            new ScriptedApplication(), options => options with { MaxQueuedBytes = 1000 });
        using var client = fixture.Connect();

        client.Send(Requests.CheckTx(1), Requests.CheckTx(2, 100_000), Requests.CheckTx(3));

        Assert.That(client.Receive().CheckTx.Data, Has.Length.EqualTo(4));
        Assert.That(client.Receive().CheckTx.Data, Has.Length.EqualTo(100_000));
        Assert.That(client.Receive().CheckTx.Data, Has.Length.EqualTo(4));
    }

    [Test]
    public async Task A_stated_length_alone_reserves_nothing()
    {
        await using var fixture = new AbciServerFixture(
            new ScriptedApplication(), options => options with { MaxRequestBytes = int.MaxValue });
        using var client = fixture.Connect();
        var before = GC.GetTotalAllocatedBytes(precise: true);

        // A length of 2^31 - 1, and one byte of it.
        client.SendBytes([0xff, 0xff, 0xff, 0xff, 0x07, 0x0a]);
        using var other = fixture.Connect();
        Assert.That(other.Call(Requests.Echo("alive")).Echo.Message, Is.EqualTo("alive"));

        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(16 * 1024 * 1024));
        Assert.That(client.Socket.Poll(0, SelectMode.SelectRead), Is.False);
    }

    // The number has not moved for 100 ms: what was going to be taken has been.
    private static async Task SettledAsync(Func<int> value)
    {
        for (var (last, same) = (-1, 0); same < 10; await Task.Delay(10))
        {
            var now = value();
            same = now == last && now > 0 ? same + 1 : 0;
            last = now;
        }
    }
}
