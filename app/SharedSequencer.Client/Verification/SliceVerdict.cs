namespace SharedSequencer.Client;

/// <summary>What became of a check: the slice as proven, or the first step that failed and why.</summary>
public sealed class SliceVerdict
{
    private SliceVerdict(VerifiedSlice? slice, VerificationStep? failedStep, string reason)
    {
        Slice = slice;
        FailedStep = failedStep;
        Reason = reason;
    }

    /// <summary>What is proven; null when the check failed.</summary>
    public VerifiedSlice? Slice { get; }

    /// <summary>The step that failed; null when all held.</summary>
    public VerificationStep? FailedStep { get; }

    /// <summary>Why it failed, for people; empty when all held.</summary>
    public string Reason { get; }

    internal static SliceVerdict Proven(VerifiedSlice slice) => new(slice, null, "");

    internal static SliceVerdict Refused(VerificationStep step, string reason) => new(null, step, reason);
}
