using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SharedSequencer.SystemTests.Api;

/// <summary>
/// Holds JSON against a JSON Schema (2020-12), for the words that the API's description uses. A word that it does not
/// know is a fault, and so is a member that no schema describes: the description shall be whole.
/// </summary>
internal sealed class SchemaCheck(JsonElement document)
{
    private static readonly string[] s_notes = ["description", "default", "contentEncoding"];

    /// <summary>All that is wrong, each with its place.</summary>
    public List<string> Faults(JsonElement schema, JsonElement value)
    {
        List<string> faults = [];
        Check(schema, value, "$", faults);
        return faults;
    }

    /// <summary>What a reference points at.</summary>
    public JsonElement Resolve(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
            throw new InvalidOperationException($"{reference} points out of the document.");
        var at = document;
        foreach (var part in reference[2..].Split('/'))
        {
            if (!at.TryGetProperty(part.Replace("~1", "/").Replace("~0", "~"), out at))
                throw new InvalidOperationException($"{reference} points at nothing.");
        }

        return at;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<string> faults)
    {
        foreach (var word in schema.EnumerateObject())
        {
            var fault = word.Name switch
            {
                "$ref" => Follow(word.Value, value, path, faults),
                "type" => IsType(word.Value.GetString()!, value) ? null : $"is no {word.Value}",
                "properties" => CheckMembers(schema, value, path, faults),
                "required" => Missing(word.Value, value),
                "items" => CheckItems(word.Value, value, path, faults),
                "enum" => word.Value.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value)) ? null : $"is none of {word.Value}",
                "const" => JsonElement.DeepEquals(word.Value, value) ? null : $"is not {word.Value}",
                "pattern" => Regex.IsMatch(value.GetString()!, word.Value.GetString()!) ? null : $"does not match {word.Value}",
                "minimum" => Number(value) >= Number(word.Value) ? null : $"is below {word.Value}",
                "maximum" => Number(value) <= Number(word.Value) ? null : $"is above {word.Value}",
                "format" => DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _) ? null : $"is no {word.Value}",
                "anyOf" => word.Value.EnumerateArray().Any(s => Faults(s, value).Count == 0) ? null : $"fits none of {word.Value}",
                "allOf" => CheckAll(word.Value, value, path, faults),
                _ => s_notes.Contains(word.Name) ? null : $"has a schema with '{word.Name}', which is not known here",
            };
            if (fault is not null)
                faults.Add($"{path} ({value}) {fault}");
        }

        // By its note base64 is checked as well: a decoder will read it.
        if (schema.TryGetProperty("contentEncoding", out _) && !Convert.TryFromBase64String(value.GetString()!, new byte[value.GetString()!.Length], out _))
            faults.Add($"{path} is no base64");
    }

    private string? Follow(JsonElement reference, JsonElement value, string path, List<string> faults)
    {
        Check(Resolve(reference.GetString()!), value, path, faults);
        return null;
    }

    private string? CheckMembers(JsonElement schema, JsonElement value, string path, List<string> faults)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return null;
        var isPart = !schema.TryGetProperty("type", out _);
        foreach (var member in value.EnumerateObject())
        {
            if (schema.GetProperty("properties").TryGetProperty(member.Name, out var described))
                Check(described, member.Value, $"{path}.{member.Name}", faults);
            else if (!isPart)
                faults.Add($"{path}.{member.Name} is not described");
        }

        return null;
    }

    private string? CheckItems(JsonElement schema, JsonElement value, string path, List<string> faults)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var (item, index) in value.EnumerateArray().Select((item, index) => (item, index)))
                Check(schema, item, $"{path}[{index}]", faults);
        }

        return null;
    }

    private string? CheckAll(JsonElement schemas, JsonElement value, string path, List<string> faults)
    {
        foreach (var schema in schemas.EnumerateArray())
            Check(schema, value, path, faults);
        return null;
    }

    private static string? Missing(JsonElement names, JsonElement value)
    {
        var missing = names.EnumerateArray().Select(n => n.GetString()!).Where(name => !value.TryGetProperty(name, out _)).ToList();
        return missing.Count == 0 ? null : $"misses {string.Join(", ", missing)}";
    }

    private static decimal Number(JsonElement value) => value.GetDecimal();

    private static bool IsType(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(value.GetDecimal()),
        _ => false,
    };
}
