namespace SharedSequencer.Gateway.Submission;

/// <summary>The submissions that are not final yet, oldest first. As long as the pool is bounded, so is this.</summary>
internal sealed class SubmissionLedger
{
    private readonly Lock _lock = new();
    private readonly List<Submission> _open = [];

    public void Add(Submission submission)
    {
        lock (_lock)
            _open.Add(submission);
    }

    public void Remove(Submission submission)
    {
        lock (_lock)
            _open.Remove(submission);
    }

    /// <summary>Drops what has settled and gives the rest.</summary>
    public IReadOnlyList<Submission> Open()
    {
        lock (_lock)
        {
            _open.RemoveAll(s => s.IsSettled);
            return [.. _open];
        }
    }
}
