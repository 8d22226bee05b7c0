using System.Collections.Immutable;
using System.Text.Json.Nodes;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Tests.Merkle;

namespace SharedSequencer.Tests.Light;

/// <summary>
/// Reads other projects' light client cases, whose JSON differs from CometBFT's RPC: part_set_header for parts, null for
/// no block, absent votes with a time of zero seconds, sets in whatever order, priorities left out.
/// </summary>
internal static class LightVectors
{
    private const string Folder = "light-client";

    public static JsonObject File(string name) =>
        JsonNode.Parse(System.IO.File.ReadAllBytes(Path.Combine(VectorFiles.ForeignFolder(Folder), name)))!.AsObject();

    public static IEnumerable<string> Names(string pattern) =>
        Directory.EnumerateFiles(VectorFiles.ForeignFolder(Folder), pattern).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public static LightBlock Block(JsonNode json) => new(SignedHeader(json["signed_header"]!), Set(json["validator_set"]!));

    public static SignedHeader SignedHeader(JsonNode json)
    {
        var copy = json.DeepClone().AsObject();
        var header = copy["header"]!.AsObject();
        header["last_block_id"] = BlockIdOf(header["last_block_id"]);
        var commit = copy["commit"]!.AsObject();
        commit["block_id"] = BlockIdOf(commit["block_id"]);
        foreach (var vote in commit["signatures"]!.AsArray())
        {
            if (vote!["block_id_flag"]!.GetValue<int>() == (int)BlockIdFlag.Absent)
                vote["timestamp"] = CometTime.Zero.ToString();
        }

        return Read(copy, CometJsonReader.SignedHeader);
    }

    public static ValidatorSet Set(JsonNode json)
    {
        var members = ImmutableArray.CreateBuilder<Validator>();
        foreach (var member in json["validators"]!.AsArray())
        {
            var copy = member!.DeepClone().AsObject();
            copy["proposer_priority"] ??= "0";
            members.Add(Read(copy, CometJsonReader.Validator));
        }

        return ValidatorSet.From([.. members.OrderByDescending(v => v.VotingPower).ThenBy(v => v.Address)]);
    }

    public static TimeSpan Nanoseconds(JsonNode json) => TimeSpan.FromTicks(long.Parse(json.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture) / 100);

    private static JsonObject BlockIdOf(JsonNode? json)
    {
        if (json is null)
            return new JsonObject { ["hash"] = "", ["parts"] = new JsonObject { ["total"] = 0, ["hash"] = "" } };
        var copy = json.DeepClone().AsObject();
        copy["parts"] = copy["part_set_header"]!.DeepClone();
        return copy;
    }

    private static T Read<T>(JsonNode json, Func<JsonField, T> read)
    {
        using var document = JsonField.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
        return read(new JsonField(document.RootElement, "vector"));
    }
}
