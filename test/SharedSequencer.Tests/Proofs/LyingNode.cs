using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Tests.Client;

namespace SharedSequencer.Tests.Proofs;

/// <summary>A node that passes on what another answers, and changes what it was told to change.</summary>
internal sealed class LyingNode : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Uri _truth;
    private ScriptedNode _node = null!;

    private LyingNode(Uri truth) => _truth = truth;

    public Uri Address => _node.Address;

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_node.Requests)
                return [.. _node.Requests];
        }
    }

    /// <summary>About ranges of slices.</summary>
    public Func<SliceRangeResponse, SliceRangeResponse> Ranges { get; set; } = range => range;

    /// <summary>About the stream's slices; null leaves one out.</summary>
    public Func<SliceResponse, SliceResponse?> Streamed { get; set; } = slice => slice;

    /// <summary>About consistency proofs.</summary>
    public Func<HeadConsistencyResponse, HeadConsistencyResponse> Consistency { get; set; } = answer => answer;

    /// <summary>Fails every request with 503 while set.</summary>
    public bool IsDown { get; set; }

    /// <summary>Streams say nothing at all.</summary>
    public bool IsSilent { get; set; }

    public static async Task<LyingNode> StartAsync(Uri truth)
    {
        var node = new LyingNode(truth);
        node._node = await ScriptedNode.StartAsync(node.AnswerAsync);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (IsDown)
        {
            await ScriptedNode.RefuseAsync(context, 503, ProblemCodes.NotReady, "Down.");
            return;
        }

        var path = context.Request.Path.Value!;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_truth, path + context.Request.QueryString));
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (path.EndsWith("/stream", StringComparison.Ordinal) && answer.StatusCode == HttpStatusCode.OK)
        {
            await StreamAsync(context, answer);
            return;
        }

        var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (answer.StatusCode == HttpStatusCode.OK && path.EndsWith("/slices", StringComparison.Ordinal))
            body = JsonSerializer.SerializeToUtf8Bytes(Ranges(JsonSerializer.Deserialize(body, ApiJson.Default.SliceRangeResponse)!), ApiJson.Default.SliceRangeResponse);
        if (answer.StatusCode == HttpStatusCode.OK && path.EndsWith("/consistency", StringComparison.Ordinal))
            body = JsonSerializer.SerializeToUtf8Bytes(Consistency(JsonSerializer.Deserialize(body, ApiJson.Default.HeadConsistencyResponse)!), ApiJson.Default.HeadConsistencyResponse);
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private async Task StreamAsync(HttpContext context, HttpResponseMessage answer)
    {
        await context.Response.Body.FlushAsync(context.RequestAborted);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(context.RequestAborted));
        var isSlice = false;
        StringBuilder held = new();
        while (await reader.ReadLineAsync(context.RequestAborted) is { } line)
        {
            if (IsSilent)
                continue;
            if (line.StartsWith("event:", StringComparison.Ordinal))
                isSlice = line == "event: slice";
            if (isSlice && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                if (Streamed(JsonSerializer.Deserialize(line["data: ".Length..], ApiJson.Default.SliceResponse)!) is { } told)
                    held.Append("data: ").Append(JsonSerializer.Serialize(told, ApiJson.Default.SliceResponse)).Append('\n');
                else
                    held.Clear().Append(": left out\n");
                continue;
            }

            held.Append(line).Append('\n');
            if (line.Length > 0)
                continue;
            await context.Response.WriteAsync(held.ToString(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            held.Clear();
        }
    }
}
