using System.Text.Json.Nodes;

namespace SharedSequencer.Node.Api.Description;

/// <summary>The forms in which the API writes values, as JSON Schema.</summary>
internal static class Forms
{
    public static JsonObject Hash => Hex(32, "SHA-256, lower hex.");

    public static JsonObject Node => Hex(48, "A node of a namespaced Merkle tree: least id ‖ greatest id ‖ digest, lower hex.");

    public static JsonObject NamespaceId => Hex(8, "A namespace's id, lower hex.");

    public static JsonObject Address => Text("^seq1[02-9ac-hj-np-z]{58}$", "An account: its BIP 340 key in bech32m.");

    public static JsonObject Amount => Text("^(0|[1-9][0-9]{0,19})$", "In useq, decimal; 1 SEQ is 1000000 useq.");

    public static JsonObject Bytes => Text("^([0-9a-f]{2})+$", "Bytes, lower hex.");

    public static JsonObject ConsensusAddress => Text("^[0-9A-F]{40}$", "A validator's address, upper hex as CometBFT prints it.");

    public static JsonObject Code => Text("^[a-z0-9_]+$", "Stable: programs decide by it.");

    public static JsonObject Words => new() { ["type"] = "string" };

    public static JsonObject Object => new() { ["type"] = "object" };

    public static JsonObject Flag => new() { ["type"] = "boolean", ["default"] = false };

    public static JsonObject Base64 => new() { ["type"] = "string", ["contentEncoding"] = "base64" };

    public static JsonObject Time => new() { ["type"] = "string", ["format"] = "date-time" };

    public static JsonObject Name => Text("^[a-z0-9-]{3,32}$", "A namespace's name.");

    public static JsonObject NamespaceOrName => new()
    {
        ["type"] = "string",
        ["anyOf"] = new JsonArray(NamespaceId, Name),
        ["description"] = "A namespace's id, or its name.",
    };

    public static JsonObject Height => Whole(1, "A block's height.");

    public static JsonObject HeightOrLatest => new()
    {
        ["anyOf"] = new JsonArray(Height, new JsonObject { ["const"] = "latest" }),
        ["description"] = "A height, or 'latest'.",
    };

    public static JsonObject Whole(long minimum, string description) =>
        new() { ["type"] = "integer", ["minimum"] = minimum, ["description"] = description };

    public static JsonObject Whole(long minimum, long maximum, long byDefault, string description) =>
        new() { ["type"] = "integer", ["minimum"] = minimum, ["maximum"] = maximum, ["default"] = byDefault, ["description"] = description };

    public static JsonObject OneOf(params string[] values) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) };

    public static JsonObject Hex(int bytes, string description) => Text($"^[0-9a-f]{{{2 * bytes}}}$", description);

    public static JsonObject Text(string pattern, string description) =>
        new() { ["type"] = "string", ["pattern"] = pattern, ["description"] = description };
}
