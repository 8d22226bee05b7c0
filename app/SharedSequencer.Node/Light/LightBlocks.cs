using SharedSequencer.Node.Chain;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Light;

/// <summary>Reads light blocks, and waits a little for those that are on their way.</summary>
public sealed class LightBlocks(ChainReader reader, ChainFeed feed)
{
    /// <summary>A light block, or null when it has not come within <paramref name="patience"/>.</summary>
    /// <param name="height">A committed height.</param>
    public async Task<byte[]?> FindAsync(long height, TimeSpan patience, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (patience != Timeout.InfiniteTimeSpan)
            deadline.CancelAfter(patience);
        while (true)
        {
            var stored = feed.LightStored.Next;
            if (reader.Query(chain => chain.LightBlock(height)) is { } found)
                return found;
            try
            {
                await stored.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return null;
            }
        }
    }
}
