using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using ProposalStatus = SharedSequencer.AbciProto.Abci.ResponseProcessProposal.Types.ProposalStatus;
using VerifyStatus = SharedSequencer.AbciProto.Abci.ResponseVerifyVoteExtension.Types.VerifyStatus;

namespace SharedSequencer.Tests.Abci;

/// <summary>A bug in the application is never a silent stall: the peer is told, and the process is made to stop.</summary>
public sealed class FaultTests
{
    private static IEnumerable<string> Calls => Requests.OfEveryCall.Select(request => request.ValueCase.ToString());

    [TestCaseSource(nameof(Calls))]
    public async Task An_exception_in_any_call_is_sent_to_the_peer_and_reported(string call)
    {
        var application = new ScriptedApplication
        {
            OnCall = name => { if (name == call) throw new InvalidOperationException("the bug"); },
        };
        await using var fixture = new AbciServerFixture(application);
        using var client = fixture.Connect();

        client.Send(Requests.Echo("before"), Requests.OfEveryCall.Single(request => request.ValueCase.ToString() == call), Requests.Commit);

        Assert.That(client.Receive().Echo.Message, Is.EqualTo("before"));
        Assert.That(client.Receive().Exception.Error, Does.StartWith(call).And.EndWith("InvalidOperationException: the bug"));
        Assert.That(client.IsClosed(), Is.True);

        var fault = await fixture.Fault;
        Assert.That(fault.Call, Does.StartWith(call));
        Assert.That(fault.Exception, Is.TypeOf<InvalidOperationException>());
        // Where it was thrown: which of the frames there are left by then is the compiler's choice.
        Assert.That(fault.Report, Does.Contain("the bug").And.Contain($"at {typeof(FaultTests).Namespace}.").And.Contain("#1"));
        Assert.That(application.Calls.Last(), Is.EqualTo(call), "nothing is called after it");
        Assert.That(fixture.Faults, Is.EqualTo(1));
        Assert.That(fixture.Logger.Lines, Has.Some.StartsWith("Critical: The application failed in " + call));
    }

    [Test]
    public async Task An_exception_in_the_parallel_phase_comes_in_its_order()
    {
        var application = new ScriptedApplication
        {
            OnPrepare = tx => { if (tx[3] == 30) throw new FormatException("the bug"); },
        };
        await using var fixture = new AbciServerFixture(application);
        using var client = fixture.Connect();

        client.Send(Enumerable.Range(0, 60).Select(i => Requests.CheckTx(i)));

        for (var i = 0; i < 30; i++)
            Assert.That(client.Receive().CheckTx.Data, Is.EqualTo(Requests.Tx(i)));
        Assert.That(client.Receive().Exception.Error, Is.EqualTo("CheckTx (New) of 4 bytes: FormatException: the bug"));
        Assert.That((await fixture.Fault).Exception, Is.TypeOf<FormatException>());
        Assert.That(application.Admitted, Has.Count.EqualTo(30));
    }

    [Test]
    public async Task No_call_of_another_connection_is_made_after_a_failed_one()
    {
        using var release = new ManualResetEventSlim();
        var application = new ScriptedApplication
        {
            OnFinalizeBlock = _ =>
            {
                OrderTests.WaitIf(true, release);
                throw new InvalidOperationException("the bug");
            },
        };
        await using var fixture = new AbciServerFixture(application);
        using var consensus = fixture.Connect();
        using var other = fixture.Connect();
        consensus.Send(Requests.FinalizeBlock(7));
        await AbciServerFixture.UntilAsync(() => application.Calls.Contains("FinalizeBlock"), "FinalizeBlock");
        var held = fixture.Server.HeldBytes;
        other.Send(Requests.Commit);
        await AbciServerFixture.UntilAsync(() => fixture.Server.HeldBytes > held, "Commit to be read");

        release.Set();

        Assert.That(other.IsClosed(), Is.True);
        Assert.That((await fixture.Fault).Call, Is.EqualTo("FinalizeBlock at height 7, block "));
        Assert.That(application.Calls, Is.EqualTo(new[] { "FinalizeBlock" }));
    }

    [Test]
    public async Task A_peer_that_does_not_read_does_not_keep_the_report_waiting()
    {
        // Its exception does not fit into the socket's buffers.
        var application = new ScriptedApplication
        {
            OnCall = _ => throw new InvalidOperationException(new string('x', 10_000_000)),
        };
        await using var fixture = new AbciServerFixture(application);
        using var deaf = fixture.Connect();

        deaf.Send(Requests.Commit);

        Assert.That((await fixture.Fault).Call, Is.EqualTo("Commit"));
        Assert.That(fixture.Logger.Lines, Has.Some.Contains("did not take the exception"));
    }

    [Test]
    public async Task An_answer_that_would_crash_the_peer_is_a_bug_and_is_not_sent()
    {
        await ExpectAsync(
            new ScriptedApplication { OnProcessProposal = _ => new() { Status = ProposalStatus.Unknown } },
            new Request { ProcessProposal = new RequestProcessProposal { Height = 3 } },
            "ProcessProposal answered Unknown; it must accept or reject.");
        await ExpectAsync(
            new ScriptedApplication { OnVerifyVoteExtension = _ => new() { Status = VerifyStatus.Unknown } },
            new Request { VerifyVoteExtension = new RequestVerifyVoteExtension { Height = 3 } },
            "VerifyVoteExtension answered Unknown; it must accept or reject.");
        await ExpectAsync(
            new ScriptedApplication { OnFinalizeBlock = _ => new() { TxResults = { new ExecTxResult() } } },
            Requests.FinalizeBlock(3, txs: 2),
            "FinalizeBlock answered 1 results for 2 transactions.");
        await ExpectAsync(
            new ScriptedApplication { OnQuery = _ => null! },
            Requests.Query("q"),
            "Query returned null.");
    }

    private static async Task ExpectAsync(ScriptedApplication application, Request request, string reason)
    {
        await using var fixture = new AbciServerFixture(application);
        using var client = fixture.Connect();

        Assert.That(client.Call(request).Exception.Error, Does.EndWith(reason));
        Assert.That((await fixture.Fault).Exception.Message, Is.EqualTo(reason));
    }
}
