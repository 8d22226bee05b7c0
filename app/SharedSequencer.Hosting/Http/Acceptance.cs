using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SharedSequencer.Hosting.Http;

/// <summary>What a request says that it can read (RFC 9110 §12.5).</summary>
public static class Acceptance
{
    /// <summary>True when the Accept header allows a media type; without one, or with one that cannot be read, it does.</summary>
    public static bool Takes(HttpRequest request, string mediaType)
    {
        var ranges = request.GetTypedHeaders().Accept;
        if (ranges.Count == 0)
            return true;
        var offered = new MediaTypeHeaderValue(mediaType);

        // The most specific range decides: "application/json;q=0, */*" excludes it.
        var decides = ranges.Where(offered.IsSubsetOf).OrderByDescending(Precision).FirstOrDefault();
        return decides is { Quality: null or > 0 };
    }

    /// <summary>True when the Content-Type names a media type, whatever its parameters.</summary>
    public static bool IsContentType(HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var given)
        && given.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    private static int Precision(MediaTypeHeaderValue range) => range switch
    {
        { MatchesAllTypes: true } => 0,
        { MatchesAllSubTypes: true } => 1,
        _ => 2,
    };
}
