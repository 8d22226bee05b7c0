namespace SharedSequencer.Gateway.JsonRpc;

/// <summary>A JSON-RPC 2.0 error, with the codes and words that geth uses, because wallets decide by them.</summary>
internal sealed record RpcError(int Code, string Message)
{
    /// <summary>A transaction or call that is refused for what it says (geth's default code).</summary>
    public const int ServerErrorCode = -32000;

    public const int TimedOutCode = -32002;
    public const int InvalidRequestCode = -32600;
    public const int MethodNotFoundCode = -32601;
    public const int InvalidParametersCode = -32602;
    public const int InternalCode = -32603;
    public const int ParseCode = -32700;

    /// <summary>More about it as JSON, such as a revert's data; empty when there is nothing.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    public static RpcError Parse(string detail) => new(ParseCode, $"parse error: {detail}");

    public static RpcError InvalidRequest(string detail) => new(InvalidRequestCode, detail);

    public static RpcError MethodNotFound(string method) => new(MethodNotFoundCode, $"the method {method} does not exist/is not available");

    public static RpcError InvalidParameters(string detail) => new(InvalidParametersCode, detail);

    public static RpcError Refused(string message) => new(ServerErrorCode, message);

    /// <summary>The execution client or the sequencer's node cannot be reached: trying again may help.</summary>
    public static RpcError Unavailable(string detail) => new(InternalCode, detail);
}

/// <summary>Thrown by a method to answer with an error.</summary>
internal sealed class RpcException(RpcError error) : Exception(error.Message)
{
    public RpcError Error { get; } = error;
}
