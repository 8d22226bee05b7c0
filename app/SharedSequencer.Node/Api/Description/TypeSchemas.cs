using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using SharedSequencer.Api;
using SharedSequencer.Hosting.Health;

namespace SharedSequencer.Node.Api.Description;

/// <summary>
/// JSON Schemas of the API's types, from the same serialiser's metadata that writes them: a member is required where its
/// type is never null, as nulls are left out.
/// </summary>
internal sealed class TypeSchemas
{
    private static readonly IJsonTypeInfoResolver s_types = JsonTypeInfoResolver.Combine(ApiJson.Default, HealthJson.Default);

    /// <summary>What was referred to, by name.</summary>
    public SortedDictionary<string, JsonObject> Components { get; } = new(StringComparer.Ordinal);

    /// <summary>A reference to a type's schema, which is among the components then; a list's schema itself.</summary>
    public JsonObject Refer(Type type)
    {
        if (type.IsArray)
            return new JsonObject { ["type"] = "array", ["items"] = Refer(type.GetElementType()!) };
        var name = NameOf(type);
        if (!Components.ContainsKey(name))
        {
            // In its place first: types may refer to each other.
            Components[name] = [];
            Components[name] = Describe(type);
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    private static string NameOf(Type type) => type.Name.EndsWith("Response", StringComparison.Ordinal) ? type.Name[..^"Response".Length] : type.Name;

    private JsonObject Describe(Type type)
    {
        var info = s_types.GetTypeInfo(type, type.Assembly == typeof(ApiJson).Assembly ? ApiJson.Default.Options : HealthJson.Default.Options);
        if (info is not { Kind: JsonTypeInfoKind.Object })
            throw new InvalidOperationException($"{type.Name} is no type of the API.");
        JsonObject properties = [];
        JsonArray required = [];
        foreach (var property in info.Properties)
        {
            properties[property.Name] = SchemaOf(type, property.Name, property.PropertyType);
            var canBeNull = property.PropertyType.IsValueType
                ? Nullable.GetUnderlyingType(property.PropertyType) is not null
                : property.IsGetNullable;
            if (!canBeNull)
                required.Add((JsonNode)property.Name);
        }

        JsonObject schema = new() { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
            schema["required"] = required;
        return schema;
    }

    private JsonObject SchemaOf(Type owner, string member, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return MemberForms.Of(owner, member);
        if (type == typeof(byte[]))
            return Forms.Base64;
        if (type == typeof(DateTimeOffset))
            return Forms.Time;
        if (type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (type == typeof(int) || type == typeof(long) || type == typeof(uint) || type == typeof(ulong))
            return new JsonObject { ["type"] = "integer", ["minimum"] = 0 };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return new JsonObject { ["type"] = "array", ["items"] = SchemaOf(owner, member, type.GenericTypeArguments[0]) };
        return Refer(type);
    }
}
