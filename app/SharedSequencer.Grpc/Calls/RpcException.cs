using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SharedSequencer.Grpc.Messages.Rpc;

namespace SharedSequencer.Grpc.Calls;

/// <summary>
/// A call that ended otherwise than well. A server's method throws it to answer so; a client throws it when it was
/// answered so, or could not be.
/// </summary>
public sealed class RpcException : Exception
{
    /// <summary>The trailer that holds a <c>google.rpc.Status</c>.</summary>
    public const string DetailsTrailer = "grpc-status-details-bin";

    public RpcException(Status status, Metadata? trailers = null, Exception? inner = null)
        : base(status.ToString(), inner)
    {
        Status = status;
        Trailers = trailers ?? [];
    }

    public Status Status { get; }

    public StatusCode StatusCode => Status.StatusCode;

    public Metadata Trailers { get; }

    /// <summary>An error with a reason that programs can decide by.</summary>
    public static RpcException Of(StatusCode code, string detail, ErrorInfo info) => new(
        new Status(code, detail),
        new Metadata
        {
            { DetailsTrailer, new Messages.Rpc.Status { Code = (int)code, Message = detail, Details = { Any.Pack(info) } }.ToByteArray() },
        });

    /// <summary>The details; null when there are none, or none that can be read.</summary>
    public Messages.Rpc.Status? GetRpcStatus()
    {
        if (Trailers.GetValueBytes(DetailsTrailer) is not { } bytes)
            return null;
        try
        {
            return Messages.Rpc.Status.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            // Details explain an error that is there anyway: it must not be replaced by another one.
            return null;
        }
    }

    /// <summary>The reason for programs; null when the server gave none.</summary>
    public ErrorInfo? GetErrorInfo()
    {
        foreach (var detail in GetRpcStatus()?.Details ?? [])
        {
            if (detail.Is(ErrorInfo.Descriptor) && detail.TryUnpack<ErrorInfo>(out var info))
                return info;
        }

        return null;
    }
}
