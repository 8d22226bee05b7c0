namespace SharedSequencer.Api;

/// <summary>An error as RFC 9457 <c>application/problem+json</c>.</summary>
public sealed record Problem
{
    /// <summary>The content type.</summary>
    public const string ContentType = "application/problem+json";

    public string Type => $"urn:sequencer:problem:{Code}";

    /// <summary>What kind of error, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>Stable: programs decide by it. See <see cref="ProblemCodes"/> and the chain's result codes.</summary>
    public required string Code { get; init; }

    /// <summary>What was wrong, with the value, and what to do.</summary>
    public required string Detail { get; init; }
}

/// <summary>Codes of problems that are not a transaction's result code in lower snake case.</summary>
public static class ProblemCodes
{
    public const string BadRequest = "bad_request";
    public const string NotFound = "not_found";
    public const string Pruned = "pruned";
    public const string NotYet = "not_yet";
    public const string TooLarge = "too_large";
    public const string NotReady = "not_ready";
    public const string Busy = "busy";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string NotAcceptable = "not_acceptable";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string TooSlow = "too_slow";
    public const string TooManyRequests = "too_many_requests";
    public const string Unauthorized = "unauthorized";
    public const string AnchorRefused = "anchor_refused";
    public const string EngineUnavailable = "engine_unavailable";
    public const string Internal = "internal";
}
