using System.Runtime.ExceptionServices;
using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Scheduling;

/// <summary>
/// One request between being read and being answered. CheckTx and InsertTx have a first phase that whoever comes first
/// claims: a preparation thread, or the connection's own when the request reaches the head of its queue.
/// </summary>
internal sealed class PendingCall(Request request, int wireBytes)
{
    private const int Unclaimed = 0;
    private const int Claimed = 1;
    private const int Awaited = 2;
    private const int Prepared = 3;

    private int _phase = Unclaimed;
    private ManualResetEventSlim? _awaiter;
    private IAdmission<ResponseCheckTx>? _check;
    private IAdmission<ResponseInsertTx>? _insert;
    private ExceptionDispatchInfo? _failure;

    public Request Request { get; } = request;

    public int WireBytes { get; } = wireBytes;

    public bool HasPreparation =>
        Request.ValueCase is Request.ValueOneofCase.CheckTx or Request.ValueOneofCase.InsertTx;

    public bool IsPrepared => Volatile.Read(ref _phase) == Prepared;

    /// <summary>Runs the first phase, unless another thread has claimed it.</summary>
    public bool TryPrepare(IMempoolCalls mempool)
    {
        if (Interlocked.CompareExchange(ref _phase, Claimed, Unclaimed) != Unclaimed)
            return false;
        try
        {
            if (Request.ValueCase == Request.ValueOneofCase.CheckTx)
                _check = mempool.PrepareCheckTx(Request.CheckTx) ?? throw NoAdmission();
            else
                _insert = mempool.PrepareInsertTx(Request.InsertTx) ?? throw NoAdmission();
        }
        catch (Exception e)
        {
            // Thrown again where the request is answered, in its order.
            _failure = ExceptionDispatchInfo.Capture(e);
        }

        if (Interlocked.Exchange(ref _phase, Prepared) == Awaited)
            _awaiter!.Set();
        return true;
    }

    /// <summary>Waits until the thread that claimed the first phase has finished it.</summary>
    public void WaitUntilPrepared(ManualResetEventSlim awaiter)
    {
        awaiter.Reset();
        _awaiter = awaiter;
        if (Interlocked.CompareExchange(ref _phase, Awaited, Claimed) == Claimed)
            awaiter.Wait();
    }

    /// <summary>The second phase.</summary>
    public Response Admit()
    {
        _failure?.Throw();
        return Request.ValueCase == Request.ValueOneofCase.CheckTx
            ? new Response { CheckTx = _check!.Admit() }
            : new Response { InsertTx = _insert!.Admit() };
    }

    private InvalidOperationException NoAdmission() => new($"The first phase of {Request.ValueCase} returned null.");
}
