namespace SharedSequencer.Client;

/// <summary>What became of a check: what is proven, or the first step that failed and why.</summary>
public sealed class HistoryVerdict<T>
    where T : class
{
    private HistoryVerdict(T? proven, HistoryStep? failedStep, string reason)
    {
        Proven = proven;
        FailedStep = failedStep;
        Reason = reason;
    }

    /// <summary>What is proven; null when the check failed.</summary>
    public T? Proven { get; }

    /// <summary>The step that failed; null when all held.</summary>
    public HistoryStep? FailedStep { get; }

    /// <summary>Why it failed, for people; empty when all held.</summary>
    public string Reason { get; }

    internal static HistoryVerdict<T> Of(T proven) => new(proven, null, "");

    internal static HistoryVerdict<T> Refused(HistoryStep step, string reason) => new(null, step, reason);
}
