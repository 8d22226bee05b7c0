using System.Collections.Immutable;
using System.Text.Json;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Tests.Merkle;

namespace SharedSequencer.Tests.CometBft;

/// <summary>
/// 29 heights of a real network of four validators, recorded through CometBFT's RPC: absent and nil votes, rounds
/// above 0, a change of power, a validator that never signs, one that was killed.
/// </summary>
internal static class RecordedRun
{
    public sealed record Height(
        JsonElement Json, BlockAnswer Block, CommitAnswer Commit, ValidatorSet Validators, BlockResults Results)
    {
        public LightBlock LightBlock => new(Commit.SignedHeader, Validators);
    }

    public static JsonElement Json { get; } = VectorFiles.Own("cometbft-run/run.json");

    public static ImmutableArray<Height> Heights { get; } = [.. Json.GetProperty("heights").EnumerateArray().Select(Read)];

    private static Height Read(JsonElement json) => new(
        json,
        BlockAnswer.Read(new JsonField(json.GetProperty("block"), "block")),
        CommitAnswer.Read(new JsonField(json.GetProperty("commit"), "commit")),
        ValidatorSet.From(ValidatorPage.Read(new JsonField(json.GetProperty("validators"), "validators")).Validators),
        BlockResults.Read(new JsonField(json.GetProperty("block_results"), "block_results")));
}
