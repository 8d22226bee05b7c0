using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace SharedSequencer.Bench.Load;

/// <summary>Requests that carry one transaction.</summary>
internal static class RpcRequest
{
    private const string BodyEnd = "\"}}";

    /// <summary>The JSON of a broadcast call.</summary>
    public static byte[] Body(string method, ReadOnlySpan<byte> transaction)
    {
        var start = BodyStart(method);
        var body = new byte[start.Length + Base64.GetMaxEncodedToUtf8Length(transaction.Length) + BodyEnd.Length];
        _ = WriteBody(body, start, transaction);
        return body;
    }

    /// <summary>Writes a whole HTTP/1.1 request; gives the number of its bytes.</summary>
    public static int Write(Span<byte> destination, byte[] bodyStart, ReadOnlySpan<byte> transaction)
    {
        var length = bodyStart.Length + Base64.GetMaxEncodedToUtf8Length(transaction.Length) + BodyEnd.Length;
        var head = Encoding.ASCII.GetBytes(
            $"POST / HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n", destination);
        return head + WriteBody(destination[head..], bodyStart, transaction);
    }

    public static byte[] BodyStart(string method) => Encoding.ASCII.GetBytes(
        $$$"""{"jsonrpc":"2.0","id":1,"method":"{{{method}}}","params":{"tx":" """.TrimEnd());

    private static int WriteBody(Span<byte> destination, byte[] start, ReadOnlySpan<byte> transaction)
    {
        start.CopyTo(destination);
        _ = Base64.EncodeToUtf8(transaction, destination[start.Length..], out _, out var written);
        return start.Length + written + Encoding.ASCII.GetBytes(BodyEnd, destination[(start.Length + written)..]);
    }
}
