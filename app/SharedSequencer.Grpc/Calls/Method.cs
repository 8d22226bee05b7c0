using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace SharedSequencer.Grpc.Calls;

/// <summary>A service's method as a client calls it.</summary>
public sealed class Method<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private Method(MethodDescriptor descriptor)
    {
        FullName = $"/{descriptor.Service.FullName}/{descriptor.Name}";
        IsServerStreaming = descriptor.IsServerStreaming;
        ResponseParser = (MessageParser<TResponse>)descriptor.OutputType.Parser;
    }

    /// <summary>The path: <c>/package.Service/Method</c>.</summary>
    public string FullName { get; }

    public bool IsServerStreaming { get; }

    internal MessageParser<TResponse> ResponseParser { get; }

    /// <summary>Finds a method in its service's table.</summary>
    /// <exception cref="ArgumentException">The service has no such method, or it takes or gives something else.</exception>
    public static Method<TRequest, TResponse> Of(ServiceDescriptor service, string name)
    {
        var descriptor = service.FindMethodByName(name) ?? throw new ArgumentException($"{service.FullName} has no method {name}.", nameof(name));
        if (descriptor.IsClientStreaming)
            throw new ArgumentException($"{descriptor.FullName} takes a stream of requests, which this client does not send.", nameof(name));
        if (descriptor.InputType.ClrType != typeof(TRequest) || descriptor.OutputType.ClrType != typeof(TResponse))
            throw new ArgumentException($"{descriptor.FullName} takes {descriptor.InputType.FullName} and gives {descriptor.OutputType.FullName}.", nameof(name));
        return new Method<TRequest, TResponse>(descriptor);
    }
}
