namespace SharedSequencer.Grpc.Calls;

/// <summary>How a call ended: the numbers of gRPC's <c>grpc-status</c>.</summary>
public enum StatusCode
{
    OK = 0,

    /// <summary>The caller gave it up.</summary>
    Cancelled = 1,

    Unknown = 2,

    /// <summary>The request is wrong whatever the server's state is.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first; the work may have been done all the same.</summary>
    DeadlineExceeded = 4,

    NotFound = 5,

    AlreadyExists = 6,

    PermissionDenied = 7,

    /// <summary>A quota or a size limit.</summary>
    ResourceExhausted = 8,

    /// <summary>The server's state does not allow it; trying again alone does not help.</summary>
    FailedPrecondition = 9,

    Aborted = 10,

    /// <summary>Beyond what there is at present; it may come.</summary>
    OutOfRange = 11,

    /// <summary>No such service, method or compression here.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken, or what was sent is no gRPC.</summary>
    Internal = 13,

    /// <summary>Not at present: trying again later may help.</summary>
    Unavailable = 14,

    DataLoss = 15,

    Unauthenticated = 16,
}
