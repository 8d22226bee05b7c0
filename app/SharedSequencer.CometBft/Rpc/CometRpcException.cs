namespace SharedSequencer.CometBft.Rpc;

/// <summary>Why a call to CometBFT's RPC gave no result.</summary>
public enum CometRpcFailure
{
    /// <summary>Nothing listens there, or the connection broke: CometBFT may be starting.</summary>
    Unreachable,

    /// <summary>No whole answer came in time.</summary>
    Timeout,

    /// <summary>The answer is larger than <see cref="CometRpcOptions.MaximumResponseBytes"/>.</summary>
    TooLarge,

    /// <summary>The answer is not what CometBFT writes, or contradicts itself.</summary>
    Malformed,

    /// <summary>The height does not exist yet: ask again later.</summary>
    HeightAhead,

    /// <summary>The height was pruned, or lies before the node's first one: ask another node.</summary>
    HeightPruned,

    /// <summary>What was asked for does not exist.</summary>
    NotFound,

    /// <summary>CometBFT answered with another error.</summary>
    Refused,
}

/// <summary>A call to CometBFT's RPC that failed; the message names the call, the node and what to do.</summary>
public sealed class CometRpcException(CometRpcFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public CometRpcFailure Failure { get; } = failure;
}
