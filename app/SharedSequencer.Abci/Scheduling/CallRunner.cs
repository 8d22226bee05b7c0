using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;
using Kind = SharedSequencer.AbciProto.Abci.Request.ValueOneofCase;

namespace SharedSequencer.Abci.Scheduling;

/// <summary>
/// Makes the calls of all connections: consensus calls one at a time, admissions one at a time, the rest freely. There
/// is no lock over all of them, so that a query never holds up a block.
/// </summary>
internal sealed class CallRunner(IAbciApplication application)
{
    private static readonly Response s_flush = new() { Flush = new ResponseFlush() };

    private readonly Lock _consensus = new();
    private readonly Lock _admission = new();
    private volatile bool _halted;

    public IMempoolCalls Mempool => application;

    /// <summary>Makes the call; its first phase, if it has one, is done.</summary>
    /// <exception cref="CallsHaltedException">An earlier call, here or on another connection, failed.</exception>
    /// <exception cref="Exception">Whatever the application threw. No call is made after it.</exception>
    public Response Run(PendingCall call)
    {
        switch (call.Request.ValueCase)
        {
            case Kind.InitChain or Kind.PrepareProposal or Kind.ProcessProposal or Kind.ExtendVote
                or Kind.VerifyVoteExtension or Kind.FinalizeBlock or Kind.Commit
                or Kind.OfferSnapshot or Kind.ApplySnapshotChunk:
                lock (_consensus)
                    return RunOrHalt(call);
            case Kind.CheckTx or Kind.InsertTx:
                lock (_admission)
                    return RunOrHalt(call);
            default:
                return RunOrHalt(call);
        }
    }

    private Response RunOrHalt(PendingCall call)
    {
        if (_halted)
            throw new CallsHaltedException();
        try
        {
            var response = Answer(call);
            AnswerCheck.Check(call.Request, response);
            return response;
        }
        catch
        {
            // Before the lock is released: after a failure in one block nothing may be decided on top of it.
            _halted = true;
            throw;
        }
    }

    // A null from the application shows as a response with no kind, which AnswerCheck refuses.
    private Response Answer(PendingCall call)
    {
        var request = call.Request;
        return request.ValueCase switch
        {
            Kind.Echo => new Response { Echo = new ResponseEcho { Message = request.Echo.Message } },
            Kind.Flush => s_flush,
            Kind.CheckTx or Kind.InsertTx => call.Admit(),
            Kind.ReapTxs => new Response { ReapTxs = application.ReapTxs(request.ReapTxs) },
            Kind.Info => new Response { Info = application.Info(request.Info) },
            Kind.Query => new Response { Query = application.Query(request.Query) },
            Kind.InitChain => new Response { InitChain = application.InitChain(request.InitChain) },
            Kind.PrepareProposal => new Response { PrepareProposal = application.PrepareProposal(request.PrepareProposal) },
            Kind.ProcessProposal => new Response { ProcessProposal = application.ProcessProposal(request.ProcessProposal) },
            Kind.ExtendVote => new Response { ExtendVote = application.ExtendVote(request.ExtendVote) },
            Kind.VerifyVoteExtension => new Response
            {
                VerifyVoteExtension = application.VerifyVoteExtension(request.VerifyVoteExtension),
            },
            Kind.FinalizeBlock => new Response { FinalizeBlock = application.FinalizeBlock(request.FinalizeBlock) },
            Kind.Commit => new Response { Commit = application.Commit(request.Commit) },
            Kind.ListSnapshots => new Response { ListSnapshots = application.ListSnapshots(request.ListSnapshots) },
            Kind.OfferSnapshot => new Response { OfferSnapshot = application.OfferSnapshot(request.OfferSnapshot) },
            Kind.LoadSnapshotChunk => new Response
            {
                LoadSnapshotChunk = application.LoadSnapshotChunk(request.LoadSnapshotChunk),
            },
            Kind.ApplySnapshotChunk => new Response
            {
                ApplySnapshotChunk = application.ApplySnapshotChunk(request.ApplySnapshotChunk),
            },
            _ => throw new InvalidOperationException($"A request of kind {request.ValueCase} reached the application."),
        };
    }
}
