using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Grpc;

/// <summary>
/// Compares an answer of HTTP with one of gRPC, member by member, by the names and types of both: it knows nothing of the
/// code that makes one from the other.
/// </summary>
internal static class SameForm
{
    /// <summary>Members that have another name as a message's field.</summary>
    private static readonly Dictionary<string, string> s_names = new()
    {
        ["TransactionStatus.status"] = "state",
        ["SubmitTransactionResponse.status"] = "state",
        ["Block.preamble"] = "content",
        ["Account.address"] = "account",
        ["Anchor.anchor"] = "summary",
    };

    /// <summary>Fields that say what HTTP says otherwise: a list of writers that is there or not.</summary>
    private static readonly string[] s_withoutMember = ["Namespace.restricted"];

    /// <summary>What differs; empty when nothing does.</summary>
    public static IReadOnlyList<string> Differences(JsonNode json, IMessage message)
    {
        List<string> found = [];
        Compare(json.AsObject(), message, message.Descriptor.Name, found);
        return found;
    }

    private static void Compare(JsonObject json, IMessage message, string path, List<string> found)
    {
        var left = message.Descriptor.Fields.InDeclarationOrder()
            .Where(field => IsSet(field, message) && !s_withoutMember.Contains($"{message.Descriptor.Name}.{field.Name}"))
            .Select(field => field.Name).ToHashSet();
        foreach (var (name, value) in json)
        {
            var fieldName = s_names.GetValueOrDefault($"{message.Descriptor.Name}.{name}", name);
            var here = $"{path}.{fieldName}";
            left.Remove(fieldName);
            if (message.Descriptor.FindFieldByName(fieldName) is not { } field)
                found.Add($"{here}: no such field");
            else if (field.IsRepeated)
                CompareLists(value!.AsArray(), (System.Collections.IList)field.Accessor.GetValue(message), field, here, found);
            else
                CompareValues(value, field.Accessor.GetValue(message), field, here, found);
        }

        found.AddRange(left.Select(name => $"{path}.{name}: HTTP has no such member"));
    }

    private static void CompareLists(JsonArray json, System.Collections.IList list, FieldDescriptor field, string path, List<string> found)
    {
        if (json.Count != list.Count)
            found.Add($"{path}: {json.Count} and {list.Count}");
        for (var i = 0; i < Math.Min(json.Count, list.Count); i++)
            CompareValues(json[i], list[i], field, $"{path}[{i}]", found);
    }

    private static void CompareValues(JsonNode? json, object? value, FieldDescriptor field, string path, List<string> found)
    {
        if (value is IMessage message and not Timestamp)
        {
            Compare(json!.AsObject(), message, path, found);
            return;
        }

        var text = json is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String ? (string)scalar! : json?.ToJsonString();
        var isSame = value switch
        {
            ByteString bytes => IsText(text!, bytes.ToByteArray()),
            Timestamp time => DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture) == time.ToDateTimeOffset(),
            bool flag => text == (flag ? "true" : "false"),
            string plain => text == plain,
            _ when field.FieldType == FieldType.Enum => field.EnumType.FindValueByNumber((int)value!).Name.EndsWith($"_{text!.ToUpperInvariant()}", StringComparison.Ordinal),
            _ => text == Convert.ToString(value, CultureInfo.InvariantCulture),
        };
        if (!isSame)
            found.Add($"{path}: HTTP says {text}, gRPC {value}");
    }

    private static bool IsText(string text, byte[] bytes) =>
        text.Equals(Convert.ToHexString(bytes), StringComparison.OrdinalIgnoreCase)
        || text == Convert.ToBase64String(bytes)
        || (bytes.Length == 32 && text == AccountId.From(bytes).ToString());

    // Scalars without presence cannot be told from their default: HTTP always has a member for those that are set.
    private static bool IsSet(FieldDescriptor field, IMessage message)
    {
        if (field.IsRepeated)
            return ((System.Collections.IList)field.Accessor.GetValue(message)).Count > 0;
        if (field.HasPresence)
            return field.Accessor.HasValue(message);
        return field.Accessor.GetValue(message) switch
        {
            ByteString bytes => !bytes.IsEmpty,
            string text => text.Length > 0,
            bool flag => flag,
            var number => Convert.ToInt64(number, CultureInfo.InvariantCulture) != 0,
        };
    }
}
