using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using SharedSequencer.Api;

namespace SharedSequencer.Hosting.Http;

/// <summary>How long an answer holds.</summary>
public enum AnswerLife
{
    /// <summary>It moves with the chain: never stored.</summary>
    Moving,

    /// <summary>It stays as it is with this program's version: stored, and asked for again with its ETag.</summary>
    Steady,

    /// <summary>It is about final data that the address names: it never changes.</summary>
    Final,
}

/// <summary>
/// Writes whole answers in JSON: with their length, a strong ETag and 304 where the answer holds, compressed where the
/// client accepts it and the body is worth it. What large answers take in memory while they are sent is bounded over all.
/// </summary>
public sealed class JsonAnswers : IDisposable
{
    /// <summary>What answers may take in memory together.</summary>
    public const long MemoryBytes = 512L * 1024 * 1024;

    private const string Forever = "public, max-age=31536000, immutable";

    /// <summary>Smaller ones are not counted: a connection's own buffers take as much.</summary>
    private const int CountedBytes = 64 * 1024;

    private readonly BodyCoding _coding = new();
    private long _left = MemoryBytes;

    /// <summary>Serialises and sends.</summary>
    /// <exception cref="ProblemException">503: more large answers are on their way to clients than there is memory for.</exception>
    public Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, AnswerLife life) =>
        WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(value, type), life);

    /// <summary>Sends JSON that is there already.</summary>
    /// <exception cref="ProblemException">As above.</exception>
    public async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, AnswerLife life)
    {
        var counted = body.Length >= CountedBytes ? body.Length : 0;
        if (Interlocked.Add(ref _left, -counted) < 0)
        {
            Interlocked.Add(ref _left, counted);
            throw new ProblemException(
                503, ProblemCodes.Busy, "Busy", "This node is sending as many large answers as it can hold. Try again soon, or ask for less at a time.");
        }

        try
        {
            await SendAsync(context, body, life);
        }
        finally
        {
            Interlocked.Add(ref _left, counted);
        }
    }

    public void Dispose() => _coding.Dispose();

    private async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body, AnswerLife life)
    {
        var response = context.Response;
        var coding = body.Length >= BodyCoding.LeastBytes ? BodyCoding.Choose(context.Request) : null;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        response.Headers.CacheControl = life switch
        {
            AnswerLife.Final => Forever,
            AnswerLife.Steady => "public, no-cache",
            _ => "no-store",
        };

        var digest = life == AnswerLife.Moving ? null : Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 16));
        if (digest is not null && IsKnown(context.Request, digest))
        {
            response.Headers.ETag = TagOf(digest, coding);
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (coding is not null && await _coding.TryEncodeAsync(coding, body) is { } encoded)
        {
            response.Headers.ContentEncoding = coding;
            body = encoded;
        }
        else
        {
            coding = null;
        }

        if (digest is not null)
            response.Headers.ETag = TagOf(digest, coding);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        if (!HeadRequests.IsHead(context))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>A compressed body is another representation, with a tag of its own (RFC 9110 §8.8.3.3).</summary>
    private static string TagOf(string digest, string? coding) => coding is null ? $"\"{digest}\"" : $"\"{digest}-{coding}\"";

    /// <summary>True when If-None-Match names this body in any of its codings: for GET the comparison is weak (RFC 9110 §13.1.2).</summary>
    private static bool IsKnown(HttpRequest request, string digest)
    {
        foreach (var tag in request.GetTypedHeaders().IfNoneMatch)
        {
            if (tag.Equals(EntityTagHeaderValue.Any) || tag.Tag.AsSpan().Trim('"').StartsWith(digest, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
