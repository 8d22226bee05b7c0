using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SharedSequencer.Api;

namespace SharedSequencer.Node.Api.Description;

/// <summary>The description of the API as OpenAPI 3.1, written from the <see cref="OperationTable"/> and the API's types.</summary>
internal static class OpenApiDocument
{
    private const string ProblemResponse = "One of these, by its code: ";

    public static byte[] Write(string version) => JsonSerializer.SerializeToUtf8Bytes(Create(version));

    public static JsonObject Create(string version)
    {
        TypeSchemas types = new();
        JsonObject paths = [];
        foreach (var operation in OperationTable.All)
        {
            if (paths[operation.Path] is not JsonObject path)
                paths[operation.Path] = path = [];
            path[operation.Method.ToLowerInvariant()] = Describe(operation, types);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Shared Sequencer",
                ["version"] = version,
                ["description"] = "A node of the shared sequencer. HEAD is answered where GET is. Errors are RFC 9457 problems: decide by their "
                    + "'code'. Answers about final data are immutable and have an ETag; bodies are compressed by Accept-Encoding. Clients must "
                    + "ignore members that they do not know.",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject(types.Components.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
                ["securitySchemes"] = new JsonObject
                {
                    ["admin"] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["description"] = "The token in config/admin.token, on the admin listener alone, which is on loopback.",
                    },
                },
            },
        };
    }

    private static JsonObject Describe(ApiOperation operation, TypeSchemas types)
    {
        JsonObject described = new()
        {
            ["operationId"] = operation.Id,
            ["summary"] = operation.Summary,
            ["tags"] = new JsonArray((JsonNode)operation.Tag),
        };
        if (operation.Parameters.Count > 0)
            described["parameters"] = new JsonArray([.. operation.Parameters.Select(Describe)]);
        if (operation.Bodies.Count > 0)
            described["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(operation.Bodies, types) };
        if (operation.Listener is not null)
            described["security"] = new JsonArray(new JsonObject { ["admin"] = new JsonArray() });
        described["responses"] = Responses(operation, types);
        return described;
    }

    private static JsonObject Describe(ApiParameter parameter) => new()
    {
        ["name"] = parameter.Name,
        ["in"] = parameter.Place.ToString().ToLowerInvariant(),
        ["required"] = parameter.IsRequired || parameter.Place == ParameterPlace.Path,
        ["description"] = parameter.Description,
        ["schema"] = parameter.Schema.DeepClone(),
    };

    private static JsonObject Responses(ApiOperation operation, TypeSchemas types)
    {
        SortedDictionary<string, JsonNode?> responses = new(StringComparer.Ordinal);
        foreach (var answer in operation.Answers)
            responses[Text(answer.Status)] = Describe(answer, types);
        var problems = operation.IsService ? operation.Problems : operation.Problems.Concat(OperationTable.Everywhere);
        foreach (var status in problems.Distinct().GroupBy(problem => problem.Status))
            responses[Text(status.Key)] = Problem([.. status.Select(problem => problem.Code)], types);
        return new JsonObject(responses);
    }

    private static JsonObject Describe(ApiAnswer answer, TypeSchemas types)
    {
        JsonObject described = new() { ["description"] = answer.Description };
        if (answer.Content is { } content)
            described["content"] = Content([content], types);
        if (answer.Events.Count > 0)
        {
            // OpenAPI has no word for the events of a stream.
            described["x-events"] = new JsonObject(answer.Events.Select(e => KeyValuePair.Create(e.Name, (JsonNode?)types.Refer(e.Data))));
        }

        return described;
    }

    private static JsonObject Problem(IReadOnlyList<string> codes, TypeSchemas types) => new()
    {
        ["description"] = ProblemResponse + string.Join(", ", codes) + ".",
        ["content"] = new JsonObject
        {
            [SharedSequencer.Api.Problem.ContentType] = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["allOf"] = new JsonArray(
                        types.Refer(typeof(Problem)),
                        new JsonObject { ["properties"] = new JsonObject { ["code"] = Forms.OneOf([.. codes]) } }),
                },
            },
        },
    };

    private static JsonObject Content(IReadOnlyList<ApiContent> contents, TypeSchemas types) => new(contents.Select(content =>
        KeyValuePair.Create(content.MediaType, (JsonNode?)(content.Schema switch
        {
            null => new JsonObject(),
            Type type => new JsonObject { ["schema"] = types.Refer(type) },
            JsonObject schema => new JsonObject { ["schema"] = schema.DeepClone() },
            var other => throw new InvalidOperationException($"{other} is no schema."),
        }))));

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
