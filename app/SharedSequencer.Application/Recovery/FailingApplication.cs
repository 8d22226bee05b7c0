using System.Diagnostics;
using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Application.Recovery;

/// <summary>The application, ending the process at a <see cref="FailPoint"/>.</summary>
/// <param name="end">Does not return.</param>
public sealed class FailingApplication(IAbciApplication application, FailPoint point, Action end) : ForwardingApplication(application)
{
    private long _height;

    public FailingApplication(IAbciApplication application, FailPoint point)
        : this(application, point, EndAsKilled)
    {
    }

    public override ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request)
    {
        _height = request.Height;
        At(FailPoint.BeforeFinalize, _height);
        var response = base.FinalizeBlock(request);
        At(FailPoint.AfterFinalize, _height);
        return response;
    }

    public override ResponseCommit Commit(RequestCommit request)
    {
        At(FailPoint.BeforeCommit, _height);
        var response = base.Commit(request);
        At(FailPoint.AfterCommit, _height);
        return response;
    }

    public override ResponseApplySnapshotChunk ApplySnapshotChunk(RequestApplySnapshotChunk request)
    {
        var response = base.ApplySnapshotChunk(request);
        At(FailPoint.AfterChunk, request.Index);
        return response;
    }

    private void At(string name, long number)
    {
        if (point.Name == name && point.Number == number)
            end();
    }

    /// <summary>SIGKILL: nothing is flushed, closed or told.</summary>
    private static void EndAsKilled()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
