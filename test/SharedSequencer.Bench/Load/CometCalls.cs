using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bench.Load;

/// <summary>The few calls of CometBFT's RPC that a measurement needs beside sending.</summary>
internal sealed class CometCalls(Uri rpc) : IDisposable
{
    /// <summary>Metas that CometBFT gives in one answer.</summary>
    private const int MetasPerCall = 20;

    private readonly HttpClient _http = new() { BaseAddress = rpc, Timeout = TimeSpan.FromSeconds(90) };

    public async Task<long> HeightAsync(CancellationToken cancellation)
    {
        using var answer = await GetAsync("status", cancellation);
        return Integer(answer.RootElement.GetProperty("result").GetProperty("sync_info").GetProperty("latest_block_height"));
    }

    /// <summary>Heights and numbers of items of the blocks from a height on that are there, ascending, at most 20.</summary>
    public async Task<List<(long Height, int Items)>> BlocksFromAsync(long height, CancellationToken cancellation)
    {
        var to = height + MetasPerCall - 1;
        using var answer = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"blockchain?minHeight={height}&maxHeight={to}"), cancellation);
        List<(long, int)> blocks = [];
        if (!answer.RootElement.TryGetProperty("result", out var result))
            return blocks;
        foreach (var meta in result.GetProperty("block_metas").EnumerateArray())
            blocks.Add((Integer(meta.GetProperty("header").GetProperty("height")), (int)Integer(meta.GetProperty("num_txs"))));
        blocks.Reverse();
        return blocks;
    }

    /// <summary>The ids of a block's items, the preamble among them.</summary>
    public async Task<List<Hash256>> IdsAsync(long height, CancellationToken cancellation)
    {
        using var answer = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"block?height={height}"), cancellation);
        List<Hash256> ids = [];
        foreach (var item in answer.RootElement.GetProperty("result").GetProperty("block").GetProperty("data").GetProperty("txs").EnumerateArray())
            ids.Add(Hash256.Of(item.GetBytesFromBase64()));
        return ids;
    }

    /// <summary>Submits and waits for the commit, as a user of the chain sees it.</summary>
    /// <exception cref="InvalidDataException">It was refused.</exception>
    public async Task CommitAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(RpcRequest.Body("broadcast_tx_commit", transaction.Span));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.PostAsync("", content, cancellation);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        if (!answer.RootElement.TryGetProperty("result", out var result)
            || result.GetProperty("check_tx").GetProperty("code").GetInt32() != 0
            || result.GetProperty("tx_result").GetProperty("code").GetInt32() != 0)
        {
            throw new InvalidDataException($"CometBFT refused a transaction of the load: {answer.RootElement.GetRawText()}");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>An error of the call is an answer too: there is no block yet.</summary>
    private async Task<JsonDocument> GetAsync(string path, CancellationToken cancellation)
    {
        using var response = await _http.GetAsync(path, cancellation);
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    private static long Integer(JsonElement element) => long.Parse(element.GetString()!, CultureInfo.InvariantCulture);
}
