using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Relayer.Anchoring;
using SharedSequencer.Relayer.Executing;

namespace SharedSequencer.Relayer.Status;

/// <summary><c>GET /status</c>: where execution and anchoring stand. Parts that are off are left out.</summary>
internal static class StatusEndpoint
{
    public static void Map(IEndpointRouteBuilder app, ExecutorStatus? executor, AnchorStatus? anchors) =>
        app.MapGet("/status", () => Results.Json(
            new RelayerStatus(
                executor is null ? null : new ExecutorState(executor.Head, executor.Firm, executor.Halted, executor.Problem),
                anchors is null ? null : new AnchorState(anchors.Address, anchors.Current, anchors.Problem)),
            RelayerJson.Default.RelayerStatus));
}

internal sealed record RelayerStatus(ExecutorState? Executor, AnchorState? Anchors);

internal sealed record ExecutorState(BlockPosition? Head, BlockPosition? Firm, bool Halted, string? Problem);

internal sealed record AnchorState(string? Address, AnchorPosterStatus? Status, string? Problem);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RelayerStatus))]
internal sealed partial class RelayerJson : JsonSerializerContext;
