using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SharedSequencer.Hosting.Http;

/// <summary>
/// Compresses whole bodies as a client accepts them: Brotli at quality 4 and gzip at level 4, which take about as long
/// as serialising the JSON did. No more are compressed at a time than there are processors: further ones go as they are.
/// </summary>
internal sealed class BodyCoding : IDisposable
{
    /// <summary>A smaller body fits a packet or two as it is.</summary>
    public const int LeastBytes = 1024;

    private static readonly BrotliCompressionOptions s_brotli = new() { Quality = 4 };
    private static readonly ZLibCompressionOptions s_gzip = new() { CompressionLevel = 4 };

    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);

    /// <summary><c>br</c>, <c>gzip</c>, or null for none, by Accept-Encoding with its weights; Brotli where both weigh the same.</summary>
    public static string? Choose(HttpRequest request)
    {
        double? brotli = null;
        double? gzip = null;
        double? others = null;
        double? none = null;
        foreach (var accepted in request.GetTypedHeaders().AcceptEncoding)
        {
            var weight = accepted.Quality ?? 1;
            if (Names(accepted, "br"))
                brotli = weight;
            else if (Names(accepted, "gzip"))
                gzip = weight;
            else if (Names(accepted, "identity"))
                none = weight;
            else if (Names(accepted, "*"))
                others = weight;
        }

        // "*" speaks for what is not named. Uncompressed is taken when it is named with more weight.
        brotli ??= others ?? 0;
        gzip ??= others ?? 0;
        if (Math.Max(brotli.Value, gzip.Value) is var best && (best <= 0 || none > best))
            return null;
        return brotli >= gzip ? "br" : "gzip";
    }

    /// <summary>The body compressed, or null when all processors compress already.</summary>
    public async Task<ReadOnlyMemory<byte>?> TryEncodeAsync(string coding, ReadOnlyMemory<byte> body)
    {
        if (!_slots.Wait(0, CancellationToken.None))
            return null;
        try
        {
            // Away from the thread that serves: a large body takes a while.
            return body.Length > 64 * 1024 ? await Task.Run(() => Encode(coding, body)) : Encode(coding, body);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private static ReadOnlyMemory<byte> Encode(string coding, ReadOnlyMemory<byte> body)
    {
        var result = new MemoryStream(body.Length / 2);
        using (Stream encoder = coding == "br" ? new BrotliStream(result, s_brotli, true) : new GZipStream(result, s_gzip, true))
            encoder.Write(body.Span);
        return result.GetBuffer().AsMemory(0, (int)result.Length);
    }

    private static bool Names(StringWithQualityHeaderValue accepted, string coding) =>
        accepted.Value.Equals(coding, StringComparison.OrdinalIgnoreCase);
}
