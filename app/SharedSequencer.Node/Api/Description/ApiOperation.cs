using System.Text.Json.Nodes;

namespace SharedSequencer.Node.Api.Description;

/// <summary>One method of one path: what it takes and what it answers. The table of them is the API's description.</summary>
/// <param name="Id">Stable, in lower camel case: generated clients name their methods by it.</param>
internal sealed record ApiOperation(string Method, string Path, string Id, string Summary)
{
    public required string Tag { get; init; }

    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>The bodies that are taken, by media type; none for GET.</summary>
    public IReadOnlyList<ApiContent> Bodies { get; init; } = [];

    /// <summary>Good answers.</summary>
    public required IReadOnlyList<ApiAnswer> Answers { get; init; }

    /// <summary>What can go wrong beside what can with every operation.</summary>
    public IReadOnlyList<ApiProblem> Problems { get; init; } = [];

    /// <summary>The listener that alone serves it; null for the public one.</summary>
    public string? Listener { get; init; }

    /// <summary>Served on every listener, counted by no limit, and no part of <c>/v1</c>.</summary>
    public bool IsService { get; init; }
}

/// <summary>A value in the path or the query.</summary>
internal sealed record ApiParameter(string Name, ParameterPlace Place, JsonObject Schema, string Description)
{
    /// <summary>Those of a path always are.</summary>
    public bool IsRequired { get; init; }
}

internal enum ParameterPlace
{
    Path,
    Query,
    Header,
}

/// <param name="Schema">A type of the API, a schema, or null for bytes or text that JSON does not describe.</param>
internal sealed record ApiContent(string MediaType, object? Schema)
{
    public static ApiContent Json<T>() => new("application/json", typeof(T));
}

/// <summary>An answer that is no problem.</summary>
/// <param name="Content">Null: no body.</param>
internal sealed record ApiAnswer(int Status, string Description, ApiContent? Content)
{
    /// <summary>Of a stream: the types of its events' data, by event name.</summary>
    public IReadOnlyList<(string Name, Type Data)> Events { get; init; } = [];

    public static ApiAnswer Of<T>(string description) => new(200, description, ApiContent.Json<T>());

    public static ApiAnswer Stream(string description, params (string Name, Type Data)[] events) =>
        new(200, description, new ApiContent("text/event-stream", null)) { Events = events };

    /// <summary>For answers that a client can hold.</summary>
    public static ApiAnswer NotModified { get; } = new(304, "The client has this answer: its If-None-Match names it.", null);
}

/// <summary>A problem by its status and its stable code.</summary>
internal sealed record ApiProblem(int Status, string Code);
