using SharedSequencer.Api.Contracts;
using SharedSequencer.Node.Anchors;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Views;

/// <summary>Reported anchors as HTTP and gRPC show them.</summary>
public sealed class AnchorViews(AnchorService anchors, ChainReader reader, NodeOptions options)
{
    /// <summary>The anchor that covers a height.</summary>
    public AnchorResponse Of(long height) => anchors.Response(
        reader.Query(chain => chain.AnchorOf(height, options.AnchorConfirmations))
            ?? throw Answer.NotFound($"No anchor that covers height {height} was reported to this node yet. Ask again later."));

    public AnchorResponse Latest() => anchors.Response(
        reader.Query(chain => chain.LatestAnchor()) ?? throw Answer.NotFound("No anchor was reported to this node yet."));
}
