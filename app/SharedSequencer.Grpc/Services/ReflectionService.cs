using Google.Protobuf.Reflection;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Messages.Reflection;
using SharedSequencer.Grpc.Server;
using Alpha = SharedSequencer.Grpc.Messages.ReflectionAlpha;
using Asked = SharedSequencer.Grpc.Messages.Reflection.ServerReflectionRequest.MessageRequestOneofCase;

namespace SharedSequencer.Grpc.Services;

/// <summary><c>grpc.reflection</c>: what the server's services are, for tools without their .proto files.</summary>
internal sealed class ReflectionService
{
    private readonly IReadOnlyList<string> _services;
    private readonly DescriptorIndex _index;

    private ReflectionService(IReadOnlyList<ServiceDescriptor> services)
    {
        _services = [.. services.Select(service => service.FullName).Order(StringComparer.Ordinal)];

        // No service names the forms of errors, and tools that print them ask for them.
        _index = new DescriptorIndex(
            [.. services.Select(service => service.File), Messages.Rpc.StatusReflection.Descriptor, Messages.Rpc.ErrorDetailsReflection.Descriptor]);
    }

    /// <summary>v1 and v1alpha, which tell of the given services and of themselves.</summary>
    public static IReadOnlyList<GrpcService> Of(IReadOnlyList<ServiceDescriptor> services)
    {
        var current = Messages.Reflection.ReflectionReflection.Descriptor.Services[0];
        var alpha = Alpha.ReflectionReflection.Descriptor.Services[0];
        var service = GrpcService.Of(current, new ReflectionService([.. services, current, alpha]));
        return [service, service.As(alpha)];
    }

    public async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requests, IServerStreamWriter<ServerReflectionResponse> responses, ServerCallContext context)
    {
        while (await requests.MoveNext(context.CancellationToken))
        {
            var response = Answer(requests.Current);
            response.ValidHost = requests.Current.Host;
            response.OriginalRequest = requests.Current;
            await responses.WriteAsync(response);
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        Asked.FileByFilename => FileOrError(_index.File(request.FileByFilename)),
        Asked.FileContainingSymbol => FileOrError(_index.FileOf(request.FileContainingSymbol)),

        // proto3 has no extensions, and these services have none.
        Asked.FileContainingExtension => Error(StatusCode.NotFound, "There is no such extension."),
        Asked.AllExtensionNumbersOfType => _index.HasMessage(request.AllExtensionNumbersOfType)
            ? new ServerReflectionResponse { AllExtensionNumbersResponse = new() { BaseTypeName = request.AllExtensionNumbersOfType } }
            : Error(StatusCode.NotFound, "There is no such message."),
        Asked.ListServices => new ServerReflectionResponse
        {
            ListServicesResponse = new() { Service = { _services.Select(name => new ServiceResponse { Name = name }) } },
        },
        _ => Error(StatusCode.InvalidArgument, "The request asks for nothing."),
    };

    private static ServerReflectionResponse FileOrError(FileDescriptor? file) => file is null
        ? Error(StatusCode.NotFound, "There is no such file or symbol.")
        : new ServerReflectionResponse { FileDescriptorResponse = new() { FileDescriptorProto = { DescriptorIndex.Closure(file) } } };

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new() { ErrorCode = (int)code, ErrorMessage = message } };
}
