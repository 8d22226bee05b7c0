using System.Buffers.Binary;
using System.Net.Http.Headers;

namespace SharedSequencer.Bench.Load;

/// <summary>One connection to our own API: batches of transactions, each batch answered before the next.</summary>
internal sealed class ApiLine(Uri api) : ISender
{
    private static readonly MediaTypeHeaderValue s_binary = MediaTypeHeaderValue.Parse("application/octet-stream");

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = api, Timeout = TimeSpan.FromSeconds(60) };

    private static ReadOnlySpan<byte> Taken => "\"status\":\"received\""u8;

    public Task ConnectAsync(CancellationToken cancellation) => Task.CompletedTask;

    public async Task<int> SendAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> transactions, CancellationToken cancellation)
    {
        var body = new byte[Length(transactions.Span)];
        Write(transactions.Span, body);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = s_binary;
        using var response = await _http.PostAsync("v1/transactions/batch", content, cancellation);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellation);
        return response.IsSuccessStatusCode ? answer.AsSpan().Count(Taken) : 0;
    }

    public void Dispose() => _http.Dispose();

    private static int Length(ReadOnlySpan<ReadOnlyMemory<byte>> transactions)
    {
        var length = 0;
        foreach (var transaction in transactions)
            length += sizeof(uint) + transaction.Length;
        return length;
    }

    private static void Write(ReadOnlySpan<ReadOnlyMemory<byte>> transactions, Span<byte> body)
    {
        foreach (var transaction in transactions)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body, (uint)transaction.Length);
            transaction.Span.CopyTo(body[sizeof(uint)..]);
            body = body[(sizeof(uint) + transaction.Length)..];
        }
    }
}
