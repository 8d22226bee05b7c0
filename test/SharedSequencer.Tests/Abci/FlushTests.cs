using NUnit.Framework;
using Kind = SharedSequencer.AbciProto.Abci.Response.ValueOneofCase;

namespace SharedSequencer.Tests.Abci;

/// <summary>When answers leave the server.</summary>
public sealed class FlushTests
{
    [Test]
    public async Task Flush_is_answered_after_all_earlier_answers_and_empties_the_stream()
    {
        using var release = new ManualResetEventSlim();
        ScriptedApplication? application = null;
        application = new ScriptedApplication { OnCall = _ => OrderTests.WaitIf(application!.Admitted.Count == 6, release) };
        await using var fixture = new AbciServerFixture(application);
        using var client = fixture.Connect();

        client.Send([.. Enumerable.Range(0, 10).Select(i => Requests.CheckTx(i)), Requests.Flush]);
        await AbciServerFixture.UntilAsync(() => application.Admitted.Count == 6, "the sixth admission");
        Assert.That(application.Calls, Has.Count.EqualTo(6), "the rest waits behind it");
        release.Set();

        for (var i = 0; i < 10; i++)
            Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i)));
        Assert.That(client.Receive().ValueCase, Is.EqualTo(Kind.Flush));
    }

    [Test]
    public async Task The_published_flush_bytes_get_the_published_answer()
    {
        await using var fixture = new AbciServerFixture(new ScriptedApplication());
        using var client = fixture.Connect();

        client.SendBytes([0x02, 0x12, 0x00]);
        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        Assert.That(client.ReceiveAll(), Is.EqualTo(new byte[] { 0x02, 0x1a, 0x00 }));
    }

    [Test]
    public async Task An_answer_leaves_without_a_flush_when_nothing_else_waits()
    {
        await using var fixture = new AbciServerFixture(new ScriptedApplication());
        using var client = fixture.Connect();

        Assert.That(client.Call(Requests.CheckTx(1)).CheckTx.Data, Is.EqualTo(Requests.Tx(1)));
        Assert.That(client.Call(Requests.Info).ValueCase, Is.EqualTo(Kind.Info));
    }

    [Test]
    public async Task An_answer_does_not_wait_for_the_long_call_behind_it()
    {
        using var release = new ManualResetEventSlim();
        var application = new ScriptedApplication { OnCall = name => OrderTests.WaitIf(name == "FinalizeBlock", release) };
        await using var fixture = new AbciServerFixture(application);
        using var client = fixture.Connect();

        client.Send(Requests.Query("q"), Requests.FinalizeBlock(1));

        Assert.That(client.Receive().ValueCase, Is.EqualTo(Kind.Query));
        release.Set();
        Assert.That(client.Receive().ValueCase, Is.EqualTo(Kind.FinalizeBlock));
    }

    [Test]
    public async Task What_was_read_is_answered_after_the_peer_has_finished_sending()
    {
        await using var fixture = new AbciServerFixture(new ScriptedApplication());
        using var client = fixture.Connect();

        client.Send(Enumerable.Range(0, 50).Select(i => Requests.CheckTx(i)));
        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        for (var i = 0; i < 50; i++)
            Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i)));
        Assert.That(client.IsClosed(), Is.True);
    }

    [Test]
    public async Task A_block_of_many_megabytes_goes_both_ways()
    {
        await using var fixture = new AbciServerFixture(new ScriptedApplication());
        using var client = fixture.Connect();
        var block = new AbciProto.Abci.Request
        {
            PrepareProposal = new() { Txs = { Enumerable.Range(0, 44).Select(i => Requests.Tx(i, 512 * 1024)) } },
        };

        Assert.That(client.Call(block).PrepareProposal.Txs, Is.EqualTo(block.PrepareProposal.Txs));
    }
}
