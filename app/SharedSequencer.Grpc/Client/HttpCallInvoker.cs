using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Client;

/// <summary>Makes calls over an <see cref="HttpClient"/>.</summary>
internal sealed class HttpCallInvoker(HttpClient http, GrpcChannelOptions channel) : CallInvoker
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(http, channel, method, options, request);
        return new AsyncUnaryCall<TResponse>(call, call.ReadOnlyAsync());
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, CallOptions options, TRequest request)
    {
        if (!method.IsServerStreaming)
            throw new ArgumentException($"{method.FullName} gives one answer, not a stream.", nameof(method));
        var call = new ClientCall<TRequest, TResponse>(http, channel, method, options, request);
        return new AsyncServerStreamingCall<TResponse>(call, call);
    }
}
