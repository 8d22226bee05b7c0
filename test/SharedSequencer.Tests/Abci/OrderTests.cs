using FsCheck;
using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using Kind = SharedSequencer.AbciProto.Abci.Response.ValueOneofCase;

namespace SharedSequencer.Tests.Abci;

/// <summary>Strict order on a connection, and which calls may run beside which.</summary>
public sealed class OrderTests
{
    [Test]
    public async Task Every_call_is_answered_by_its_own_kind_on_one_connection()
    {
        var application = new ScriptedApplication();
        await using var fixture = new AbciServerFixture(application);
        using var client = fixture.Connect();

        client.Send([Requests.Echo("hello"), .. Requests.OfEveryCall, Requests.Flush]);
        var answers = Enumerable.Range(0, Requests.OfEveryCall.Count + 2).Select(_ => client.Receive()).ToList();

        Assert.That(answers[0].Echo.Message, Is.EqualTo("hello"));
        Assert.That(answers[^1].ValueCase, Is.EqualTo(Kind.Flush));
        Assert.That(
            answers[1..^1].Select(answer => answer.ValueCase.ToString()),
            Is.EqualTo(Requests.OfEveryCall.Select(request => request.ValueCase.ToString())));
        Assert.That(application.Calls, Is.EqualTo(Requests.OfEveryCall.Select(request => request.ValueCase.ToString())));
    }

    [Test]
    public async Task Transactions_are_prepared_beside_each_other_but_admitted_and_answered_in_order()
    {
        const int Count = 3000;
        var running = 0;
        long widest = 0;
        var application = new ScriptedApplication
        {
            OnPrepare = tx =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref widest, now);
                // Uneven work, so that later ones are ready before earlier ones.
                Thread.SpinWait(tx[3] % 7 == 0 ? 5000 : 50);
                Interlocked.Decrement(ref running);
            },
        };
        await using var fixture = new AbciServerFixture(application, options => options with { PreparationThreads = 3 });
        using var client = fixture.Connect();

        client.Send(Enumerable.Range(0, Count).Select(i => Requests.CheckTx(i)));
        for (var i = 0; i < Count; i++)
            Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i)));

        Assert.That(application.Admitted, Is.EqualTo(Enumerable.Range(0, Count).Select(i => Requests.Tx(i))));
        Assert.That(widest, Is.GreaterThan(1), "prepared in parallel");
    }

    [FsCheck.NUnit.Property(MaxTest = 20)]
    public void Answers_are_the_same_however_the_bytes_arrive(NonEmptyArray<byte> kinds, NonEmptyArray<PositiveInt> cuts)
    {
        var requests = kinds.Get.Select((kind, i) => (kind % 5) switch
        {
            0 => Requests.Echo($"{i}"),
            1 => Requests.CheckTx(i),
            2 => Requests.Query($"{i}"),
            3 => Requests.FinalizeBlock(i, txs: i % 3),
            _ => Requests.Flush,
        }).ToList();
        var fixture = new AbciServerFixture(new ScriptedApplication());
        try
        {
            using var client = fixture.Connect();
            var bytes = AbciTestClient.Bytes(requests).AsSpan();
            for (var i = 0; !bytes.IsEmpty; i++)
            {
                var size = Math.Min(cuts.Get[i % cuts.Get.Length].Get, bytes.Length);
                client.SendBytes(bytes[..size]);
                bytes = bytes[size..];
            }

            foreach (var request in requests)
                Assert.That(client.Receive().ValueCase.ToString(), Is.EqualTo(request.ValueCase.ToString()));
        }
        finally
        {
            fixture.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    [Test]
    public async Task Admissions_of_several_connections_never_overlap()
    {
        var inside = 0;
        var overlaps = 0;
        var application = new ScriptedApplication
        {
            OnCall = _ =>
            {
                if (Interlocked.Increment(ref inside) > 1)
                    Interlocked.Increment(ref overlaps);
                Thread.SpinWait(200);
                Interlocked.Decrement(ref inside);
            },
        };
        await using var fixture = new AbciServerFixture(application);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            using var client = fixture.Connect();
            client.Send(Enumerable.Range(0, 300).Select(i => Requests.CheckTx(i)));
            for (var i = 0; i < 300; i++)
                Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i)));
        })));

        Assert.That(overlaps, Is.Zero);
    }

    [TestCase("Commit")]
    [TestCase("OfferSnapshot")]
    [TestCase("ApplySnapshotChunk")]
    public async Task Consensus_calls_of_two_connections_run_one_at_a_time(string second)
    {
        using var release = new ManualResetEventSlim();
        var application = new ScriptedApplication { OnCall = name => WaitIf(name == "FinalizeBlock", release) };
        await using var fixture = new AbciServerFixture(application);
        using var first = fixture.Connect();
        using var other = fixture.Connect();

        first.Send(Requests.FinalizeBlock(1));
        await AbciServerFixture.UntilAsync(() => application.Calls.Contains("FinalizeBlock"), "FinalizeBlock");
        other.Send(Requests.OfEveryCall.Single(request => request.ValueCase.ToString() == second));
        await AbciServerFixture.UntilAsync(() => fixture.Server.HeldBytes > 0, "the second call to be read");

        Assert.That(other.Socket.Poll(50_000, System.Net.Sockets.SelectMode.SelectRead), Is.False, "it waits");
        Assert.That(application.Calls, Has.Count.EqualTo(1));
        release.Set();
        Assert.That(first.Receive().ValueCase, Is.EqualTo(Kind.FinalizeBlock));
        Assert.That(other.Receive().ValueCase.ToString(), Is.EqualTo(second));
    }

    [Test]
    public async Task Queries_and_checks_are_answered_while_a_block_runs()
    {
        using var release = new ManualResetEventSlim();
        var application = new ScriptedApplication { OnCall = name => WaitIf(name == "FinalizeBlock", release) };
        await using var fixture = new AbciServerFixture(application);
        using var consensus = fixture.Connect();
        using var other = fixture.Connect();

        consensus.Send(Requests.FinalizeBlock(1));
        await AbciServerFixture.UntilAsync(() => application.Calls.Contains("FinalizeBlock"), "FinalizeBlock");
        Assert.That(other.Call(Requests.Query("q")).ValueCase, Is.EqualTo(Kind.Query));
        Assert.That(other.Call(Requests.Info).ValueCase, Is.EqualTo(Kind.Info));
        Assert.That(other.Call(Requests.Echo("e")).ValueCase, Is.EqualTo(Kind.Echo));
        Assert.That(other.Call(Requests.CheckTx(1)).ValueCase, Is.EqualTo(Kind.CheckTx));

        release.Set();
        Assert.That(consensus.Receive().ValueCase, Is.EqualTo(Kind.FinalizeBlock));
    }

    internal static void WaitIf(bool condition, ManualResetEventSlim release)
    {
        if (condition && !release.Wait(TimeSpan.FromSeconds(20)))
            throw new TimeoutException("The test never released the call.");
    }

    internal static void InterlockedMax(ref long target, long value)
    {
        long seen;
        do
            seen = Volatile.Read(ref target);
        while (seen < value && Interlocked.CompareExchange(ref target, value, seen) != seen);
    }
}
