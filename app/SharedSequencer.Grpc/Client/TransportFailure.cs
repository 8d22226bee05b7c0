using System.Net;
using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Client;

/// <summary>What failures below gRPC mean to a caller (gRPC over HTTP/2, "Errors" and "HTTP to gRPC Status Code Mapping").</summary>
internal static class TransportFailure
{
    /// <summary>An answer without a status: it came from something that is no gRPC server.</summary>
    public static Status OfHttpStatus(HttpStatusCode code) => new(
        code switch
        {
            HttpStatusCode.BadRequest => StatusCode.Internal,
            HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
            HttpStatusCode.NotFound => StatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
                => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        },
        $"The answer has no gRPC status; its HTTP status is {(int)code}.");

    /// <summary>A stream or connection that broke.</summary>
    public static Status Of(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException protocol)
                return OfReset(protocol.ErrorCode, protocol.Message);
        }

        return new Status(StatusCode.Unavailable, $"The server cannot be reached: {error.Message}");
    }

    private static Status OfReset(long code, string message) => new(
        code switch
        {
            0x7 => StatusCode.Unavailable, // REFUSED_STREAM: the server did no work on it.
            0x8 => StatusCode.Cancelled, // CANCEL
            0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
            0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
            _ => StatusCode.Internal,
        },
        $"The server broke the call off: {message}");
}
