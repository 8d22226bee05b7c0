namespace SharedSequencer.Bitcoin.Rpc;

/// <summary>
/// A call to bitcoind failed. With a <see cref="Code"/> bitcoind refused it (its own RPC error codes); without one there
/// was no proper answer: not reachable, too slow, not authorised, or not understood.
/// </summary>
public sealed class BitcoinRpcException : Exception
{
    public BitcoinRpcException(string method, int? code, string message, Exception? inner = null)
        : base(code is { } number ? $"bitcoind refused {method}: {message} (code {number})" : $"bitcoind, {method}: {message}", inner)
    {
        Method = method;
        Code = code;
        Reason = message;
    }

    public string Method { get; }

    /// <summary>bitcoind's error code, see <see cref="BitcoinRpcErrorCode"/>.</summary>
    public int? Code { get; }

    /// <summary>The message without the method and code.</summary>
    public string Reason { get; }
}
