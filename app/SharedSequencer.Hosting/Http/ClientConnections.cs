using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using SharedSequencer.Api;

namespace SharedSequencer.Hosting.Http;

/// <summary>
/// Connections that one client may hold at a time, so that one cannot take them all. What exceeds it is told so when it
/// sends a request, within a short time, and closed.
/// </summary>
/// <param name="maximum">0: no limit.</param>
public sealed class ClientConnections(long maximum)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<ClientAddress, long> _counts = new();

    /// <summary>Hands a connection on as long as its client holds no more than it may.</summary>
    /// <param name="speaksHttp1">Else it is closed without a word.</param>
    public async Task CountAsync(ConnectionContext connection, ConnectionDelegate next, bool speaksHttp1)
    {
        if (maximum == 0)
        {
            await next(connection);
            return;
        }

        var client = ClientAddress.Of((connection.RemoteEndPoint as IPEndPoint)?.Address);
        var count = _counts.AddOrUpdate(client, 1, static (_, before) => before + 1);
        try
        {
            if (count <= maximum)
                await next(connection);
            else if (speaksHttp1)
                await RefuseAsync(connection);
        }
        finally
        {
            var left = _counts.AddOrUpdate(client, 0, static (_, before) => before - 1);

            // A count that was raised again meanwhile stays.
            if (left == 0)
                _counts.TryRemove(KeyValuePair.Create(client, 0L));
        }
    }

    private async Task RefuseAsync(ConnectionContext connection)
    {
        // An answer before the request would look like a broken connection to many clients.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        patience.CancelAfter(s_patience);
        try
        {
            var request = await connection.Transport.Input.ReadAsync(patience.Token);
            connection.Transport.Input.AdvanceTo(request.Buffer.End);
            if (!request.IsCompleted)
                await connection.Transport.Output.WriteAsync(Answer(), patience.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            // It sent nothing, or left: there is nobody to tell.
        }
    }

    private byte[] Answer()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            Problems.Of(
                429, ProblemCodes.TooManyRequests, "Too many connections",
                $"Your address holds the {maximum} connections that one client may have here. Close some, or use them again."),
            ApiJson.Default.Problem);
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 429 Too Many Requests\r\nContent-Type: {Problem.ContentType}\r\nContent-Length: {body.Length}\r\n"
            + "Cache-Control: no-store\r\nAccess-Control-Allow-Origin: *\r\nRetry-After: 1\r\nConnection: close\r\n\r\n");
        return [.. head, .. body];
    }
}
