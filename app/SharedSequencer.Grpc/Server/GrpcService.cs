using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Server;

/// <summary>A service and the object that does its work.</summary>
public sealed class GrpcService
{
    private GrpcService(ServiceDescriptor descriptor, IReadOnlyDictionary<string, ServerMethod> methods)
    {
        Descriptor = descriptor;
        Methods = methods;
    }

    public ServiceDescriptor Descriptor { get; }

    /// <summary>By name.</summary>
    internal IReadOnlyDictionary<string, ServerMethod> Methods { get; }

    /// <summary>
    /// Binds each method of the service to the implementation's public method of that name:
    /// <c>Task&lt;Response&gt; Name(Request, ServerCallContext)</c>; for a stream of answers
    /// <c>Task Name(Request, IServerStreamWriter&lt;Response&gt;, ServerCallContext)</c>; for streams both ways
    /// <c>Task Name(IAsyncStreamReader&lt;Request&gt;, IServerStreamWriter&lt;Response&gt;, ServerCallContext)</c>.
    /// </summary>
    /// <exception cref="ArgumentException">A method is missing, or has another form.</exception>
    public static GrpcService Of(ServiceDescriptor descriptor, object implementation) => new(
        descriptor, descriptor.Methods.ToDictionary(method => method.Name, method => Bind(method, implementation), StringComparer.Ordinal));

    /// <summary>The same methods under the name of another service whose messages have the same form on the wire.</summary>
    internal GrpcService As(ServiceDescriptor other) => new(other, Methods);

    private static ServerMethod Bind(MethodDescriptor method, object implementation)
    {
        var binder = (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => nameof(BindUnary),
            (false, true) => nameof(BindServerStreaming),
            (true, true) => nameof(BindDuplex),
            _ => throw new ArgumentException($"{method.FullName} takes a stream and gives one answer, which is not served here."),
        };
        var work = implementation.GetType().GetMethod(method.Name, BindingFlags.Public | BindingFlags.Instance)
            ?? throw new ArgumentException($"{implementation.GetType()} has no public method {method.Name} for {method.FullName}.", nameof(implementation));
        try
        {
            return typeof(GrpcService).GetMethod(binder, BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(method.InputType.ClrType, method.OutputType.ClrType)
                .CreateDelegate<Func<MethodDescriptor, object, MethodInfo, ServerMethod>>()(method, implementation, work);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"{implementation.GetType()}.{method.Name} has not the form that {method.FullName} needs.", nameof(implementation), error);
        }
    }

    private static ServerMethod BindUnary<TRequest, TResponse>(MethodDescriptor method, object implementation, MethodInfo work)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var parser = (MessageParser<TRequest>)method.InputType.Parser;
        var handler = work.CreateDelegate<Func<TRequest, ServerCallContext, Task<TResponse>>>(implementation);
        return new ServerMethod(method, async call =>
        {
            var request = await call.ReadOnlyRequestAsync(parser);
            await call.WriteAsync(await handler(request, call.Context), CancellationToken.None);
        });
    }

    private static ServerMethod BindServerStreaming<TRequest, TResponse>(MethodDescriptor method, object implementation, MethodInfo work)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var parser = (MessageParser<TRequest>)method.InputType.Parser;
        var handler = work.CreateDelegate<Func<TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(implementation);
        return new ServerMethod(method, async call =>
        {
            var request = await call.ReadOnlyRequestAsync(parser);
            await handler(request, new ServerStreamWriter<TResponse>(call), call.Context);
        });
    }

    private static ServerMethod BindDuplex<TRequest, TResponse>(MethodDescriptor method, object implementation, MethodInfo work)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var parser = (MessageParser<TRequest>)method.InputType.Parser;
        var handler = work.CreateDelegate<Func<IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(implementation);
        return new ServerMethod(method, call =>
            handler(new ServerStreamReader<TRequest>(call, parser), new ServerStreamWriter<TResponse>(call), call.Context));
    }
}

/// <summary>A method's table entry.</summary>
/// <param name="Run">Reads, works and writes; throws what ends the call otherwise.</param>
internal sealed record ServerMethod(MethodDescriptor Descriptor, Func<ServerCall, Task> Run)
{
    public bool IsStreaming => Descriptor.IsClientStreaming || Descriptor.IsServerStreaming;
}
