using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Messages.Rpc;
using SharedSequencer.Grpc.Server;
using Status = SharedSequencer.Grpc.Calls.Status;

namespace SharedSequencer.Tests.Grpc;

/// <summary>Answers as its requests say, and lets a test see what its methods live through.</summary>
internal sealed class EchoService
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private int _written;

    /// <summary>Done when a method saw its call cancelled.</summary>
    public Task Cancelled => _cancelled.Task;

    /// <summary>Calls at present.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Messages that the connection took.</summary>
    public int Written => Volatile.Read(ref _written);

    /// <summary>The last call's context.</summary>
    public ServerCallContext? Context { get; private set; }

    public Task<EchoResponse> Say(EchoRequest request, ServerCallContext context) => RunAsync(context, async () =>
    {
        await BehaveAsync(request, context);
        return new EchoResponse { Payload = request.Payload, Number = 1 };
    });

    public Task Repeat(EchoRequest request, IServerStreamWriter<EchoResponse> responses, ServerCallContext context) => RunAsync(context, async () =>
    {
        if (request.Behaviour != Behaviour.RefuseAfterOne)
            await BehaveAsync(request, context);
        for (uint number = 1; request.Times == 0 || number <= request.Times; number++)
        {
            await responses.WriteAsync(new EchoResponse { Payload = request.Payload, Number = number });
            Interlocked.Increment(ref _written);
            if (request.Behaviour == Behaviour.RefuseAfterOne)
                throw Refusal();
        }

        return request.Times;
    });

    private static RpcException Refusal() => RpcException.Of(
        StatusCode.FailedPrecondition, "Not today: 100 % of it – come back.", new ErrorInfo { Reason = "not_today", Domain = "test.v1", Metadata = { ["day"] = "1" } });

    private async Task BehaveAsync(EchoRequest request, ServerCallContext context)
    {
        switch (request.Behaviour)
        {
            case Behaviour.Wait:
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
                break;
            case Behaviour.Refuse:
                throw Refusal();
            case Behaviour.Fail:
                throw new InvalidOperationException("a secret of the server");
            default:
                context.ResponseTrailers.Add("echo-method", context.Method);
                context.ResponseTrailers.Add("echo-bin", context.RequestHeaders.GetValueBytes("given-bin") ?? []);
                break;
        }
    }

    private async Task<T> RunAsync<T>(ServerCallContext context, Func<Task<T>> work)
    {
        Context = context;
        Interlocked.Increment(ref _running);
        try
        {
            return await work();
        }
        finally
        {
            if (context.CancellationToken.IsCancellationRequested)
                _cancelled.TrySetResult();
            Interlocked.Decrement(ref _running);
        }
    }
}
