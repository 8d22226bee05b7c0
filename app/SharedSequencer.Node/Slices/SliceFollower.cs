using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Slices;

/// <summary>
/// Sends a namespace's slices by number, first those that are there, then each as it is committed, and after each block
/// its tip. It always reads from the store: a slow reader falls behind and costs nobody anything.
/// </summary>
internal sealed class SliceFollower(StreamBatches batches, ChainFeed feed, NamespaceId id, bool prove)
{
    /// <param name="from">The number of the first slice to send.</param>
    public async Task RunAsync(SseStream stream, ulong from)
    {
        var position = new StreamPosition(id, prove, from, 0);
        while (true)
        {
            var committed = feed.Committed.Next;
            var batch = await batches.NextAsync(position, stream.Ended);
            if (!batch.Frames.IsEmpty)
            {
                using var held = batches.Hold(batch);
                await stream.SendAsync(batch.Frames);
            }

            position = batch.Position;
            if (!batch.HasMore)
                await committed.WaitAsync(stream.Ended);
        }
    }
}
