using SharedSequencer.Api;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Messages.Rpc;

namespace SharedSequencer.Node.Grpc;

/// <summary>Problems as gRPC carries them: the kind as status code, the stable code as reason.</summary>
internal static class ProblemStatus
{
    /// <summary>Gives the reasons their meaning.</summary>
    public const string Domain = "sequencer.v1";

    public static RpcException Of(Problem problem) => RpcException.Of(
        CodeOf(problem), problem.Detail, new ErrorInfo { Reason = problem.Code, Domain = Domain, Metadata = { ["title"] = problem.Title } });

    private static StatusCode CodeOf(Problem problem) => problem.Code switch
    {
        // Beyond the chain's end, and coming.
        ProblemCodes.NotYet => StatusCode.OutOfRange,
        ProblemCodes.Pruned => StatusCode.NotFound,
        ProblemCodes.TooLarge => StatusCode.InvalidArgument,
        _ => problem.Status switch
        {
            400 => StatusCode.InvalidArgument,
            401 => StatusCode.Unauthenticated,
            404 => StatusCode.NotFound,
            408 => StatusCode.DeadlineExceeded,
            422 => StatusCode.FailedPrecondition,
            429 => StatusCode.ResourceExhausted,
            503 => StatusCode.Unavailable,
            _ => StatusCode.Internal,
        },
    };
}
