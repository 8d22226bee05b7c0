namespace SharedSequencer.Evm.Rpc;

/// <summary>The server understood the call and refused it; the message has its own words.</summary>
public sealed class JsonRpcErrorException(string method, int code, string serverMessage)
    : Exception($"{method}: {serverMessage} (code {code})")
{
    public string Method { get; } = method;

    public int Code { get; } = code;

    /// <summary>What the server said, alone.</summary>
    public string ServerMessage { get; } = serverMessage;
}
