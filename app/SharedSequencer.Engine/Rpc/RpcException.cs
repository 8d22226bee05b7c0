namespace SharedSequencer.Engine.Rpc;

/// <summary>A call that is answered with an error of JSON-RPC, in CometBFT's words.</summary>
internal sealed class RpcException : Exception
{
    private const int MethodNotFoundCode = -32601;
    private const int InvalidParamsCode = -32602;
    private const int InternalCode = -32603;
    private const int ParseCode = -32700;

    private RpcException(int code, string text, string detail)
        : base(detail)
    {
        Code = code;
        Text = text;
    }

    public int Code { get; }

    /// <summary>JSON-RPC's <c>message</c>; the exception's own message is its <c>data</c>, which may be empty.</summary>
    public string Text { get; }

    public static RpcException Internal(string data) => new(InternalCode, "Internal error", data);

    public static RpcException InvalidParams(string data) => new(InvalidParamsCode, "Invalid params", data);

    public static RpcException MethodNotFound() => new(MethodNotFoundCode, "Method not found", "");

    public static RpcException Parse(string data) => new(ParseCode, "Parse error. Invalid JSON", $"error unmarshaling request: {data}");
}
