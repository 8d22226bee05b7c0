using System.Threading.Channels;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.Pool;

namespace SharedSequencer.Gateway.Submission;

/// <summary>
/// Cuts the queue into submissions, in its order: what arrives within the gathering time of the first one goes together,
/// within the bounds of count and bytes. What waited while an earlier submission was under way goes at once.
/// </summary>
internal sealed class SubmissionGatherer(GatewayOptions options, ChannelReader<PendingTransaction> queue, TimeProvider clock)
{
    /// <summary>Did not fit into the submission before.</summary>
    private PendingTransaction? _next;

    /// <summary>Waits for the next submission's transactions: at least one.</summary>
    /// <param name="maximumBytes">Bytes of raw transactions; a longer one still goes alone.</param>
    public async Task<IReadOnlyList<PendingTransaction>> NextAsync(Func<int> maximumBytes, CancellationToken cancellation)
    {
        while (_next is null || _next.Stage != PendingStage.Queued)
            _next = await queue.ReadAsync(cancellation);

        List<PendingTransaction> gathered = [];
        var limit = maximumBytes();
        var bytes = 0L;
        using var window = new CancellationTokenSource(options.Gather, clock);
        while (gathered.Count < options.MaximumSubmissionCount)
        {
            if (_next is null && !queue.TryRead(out _next) && !await WaitAsync(window.Token, cancellation))
                break;
            if (_next is null)
                continue;
            if (_next.Stage == PendingStage.Queued)
            {
                if (gathered.Count > 0 && bytes + _next.Transaction.Raw.Length > limit)
                    return gathered;
                bytes += _next.Transaction.Raw.Length;
                gathered.Add(_next);
            }

            _next = null;
        }

        return gathered;
    }

    /// <summary>True when there is more to read before the window closes.</summary>
    private async Task<bool> WaitAsync(CancellationToken window, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(window, cancellation);
        try
        {
            return await queue.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
