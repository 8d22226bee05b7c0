using System.Diagnostics.Metrics;
using SharedSequencer.Bitcoin.Anchoring;

namespace SharedSequencer.Relayer.Anchoring;

/// <summary>Where anchoring stands, for /readyz, /status and metrics. Safe on every thread.</summary>
internal sealed class AnchorStatus
{
    private static readonly Meter s_meter = new("SharedSequencer.Relayer");

    private volatile AnchorPoster? _poster;

    public AnchorStatus()
    {
        s_meter.CreateObservableGauge("relayer_anchored_height", () => (double)(Current?.AnchoredHeight ?? 0), description: "The newest height that a checkpoint in a Bitcoin block covers");
        s_meter.CreateObservableGauge("relayer_firm_height", () => (double)(Current?.FirmHeight ?? 0), description: "The newest height that a confirmed checkpoint covers");
        s_meter.CreateObservableGauge("relayer_anchor_balance", () => (double)(Current?.BalanceSatoshi ?? 0), unit: "satoshi", description: "Coins that pay for checkpoints");
    }

    /// <summary>As of the poster's last step; null before it is open.</summary>
    public AnchorPosterStatus? Current => _poster?.Status;

    /// <summary>Where the coins for checkpoints are expected; null before the poster is open.</summary>
    public string? Address => _poster?.Address;

    /// <summary>What keeps anchoring from going on, or null.</summary>
    public string? Problem => _poster is { } poster ? poster.Status.Problem : "The chain's first header is not known yet.";

    public void Follow(AnchorPoster poster) => _poster = poster;
}
