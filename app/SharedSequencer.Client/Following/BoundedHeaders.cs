using SharedSequencer.Client.Verification;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Following;

/// <summary>
/// Trusted headers, waited for a limited time: a node can name any height, and one that the chain never reaches would be
/// waited for in vain.
/// </summary>
internal sealed class BoundedHeaders(ITrustedHeaders headers, TimeSpan patience)
{
    /// <summary>The header of a height that a node spoke of.</summary>
    /// <exception cref="SequencerConnectionException">It did not come in time.</exception>
    public async Task<Header> AtAsync(long height, Uri node, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            return await headers.AtAsync(height, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new SequencerConnectionException(
                node, $"The node {node} speaks of height {height}, whose header cannot be trusted: it has not come within {patience.TotalSeconds:0.#} s.", e);
        }
    }
}
