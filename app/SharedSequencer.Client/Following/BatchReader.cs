using SharedSequencer.Api.Contracts;

namespace SharedSequencer.Client.Following;

/// <summary>
/// Reads ranges of slices and verifies each under a trusted header. While one is verified and applied the next is on its way.
/// </summary>
internal sealed class BatchReader(BoundedHeaders headers, int batchSlices)
{
    private Task<SliceRangeResponse>? _ahead;
    private (SequencerClient Node, FollowCursor From) _aheadOf;

    /// <summary>The slices from the cursor on that the node can prove at present; perhaps none.</summary>
    /// <exception cref="UnprovenAnswerException">The answer does not verify.</exception>
    public async Task<VerifiedRange> ReadAsync(SequencerClient node, FollowCursor cursor, CancellationToken cancellation)
    {
        var answer = await AskAsync(node, cursor, cancellation).ConfigureAwait(false);
        if (answer.History is not { } history)
            throw new UnprovenAnswerException(node.Node, nameof(HistoryStep.Format), "The answer has no history: the node may be of an older version.");
        if (answer.Slices.Count > 0 && answer.Next <= history.Head.Head.SliceCount)
            AskAhead(node, cursor with { Next = answer.Next }, cancellation);

        if (history.Head.Height is < 0 or >= long.MaxValue)
            throw new UnprovenAnswerException(node.Node, nameof(HistoryStep.Header), $"The head is said to be of height {history.Head.Height}.");
        var header = await headers.AtAsync(history.Head.Height + 1, node.Node, cancellation).ConfigureAwait(false);
        var verdict = SliceHistoryVerifier.VerifyRange(answer, cursor.Namespace, cursor.Next, header);
        return verdict.Proven ?? throw new UnprovenAnswerException(node.Node, verdict.FailedStep.ToString()!, verdict.Reason);
    }

    /// <summary>Verifies that a head extends the one that the cursor was saved with.</summary>
    /// <exception cref="UnprovenAnswerException">It does not.</exception>
    public static async Task CheckExtendsAsync(SequencerClient node, VerifiedHead earlier, VerifiedHead later, CancellationToken cancellation)
    {
        var (before, after) = (earlier.Head.SliceCount, later.Head.SliceCount);
        if (after < before)
        {
            throw new UnprovenAnswerException(
                node.Node, nameof(HistoryStep.Consistency), $"The head at height {later.Height} counts {after} slices; the one at height {earlier.Height} counted {before}.");
        }

        // Heads of the same count need no node's word, and an empty one is the beginning of each.
        var answer = before == 0 || before == after
            ? new HeadConsistencyResponse(later.Namespace.ToString(), before, after, [])
            : await node.ProveConsistencyAsync(later.Namespace, before, after, cancellation).ConfigureAwait(false);
        var verdict = SliceHistoryVerifier.VerifyConsistency(answer, earlier, later);
        if (verdict.Proven is null)
            throw new UnprovenAnswerException(node.Node, verdict.FailedStep.ToString()!, verdict.Reason);
    }

    private Task<SliceRangeResponse> AskAsync(SequencerClient node, FollowCursor cursor, CancellationToken cancellation)
    {
        var ahead = _ahead;
        _ahead = null;
        return ahead is not null && _aheadOf.Node == node && _aheadOf.From.Next == cursor.Next
            ? ahead
            : node.ProveSlicesAsync(cursor.Namespace, cursor.Next, batchSlices, cancellation);
    }

    private void AskAhead(SequencerClient node, FollowCursor cursor, CancellationToken cancellation)
    {
        _aheadOf = (node, cursor);
        _ahead = node.ProveSlicesAsync(cursor.Namespace, cursor.Next, batchSlices, cancellation);

        // It may never be awaited: whoever turns to another node asks anew.
        _ = _ahead.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
