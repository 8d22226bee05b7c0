using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Slices;

/// <summary>
/// Sends a namespace's slices by number, first those that are there, then each as it is committed, and after each block
/// its tip. It always reads from the store: a slow reader falls behind and costs nobody anything.
/// </summary>
/// <param name="from">The number of the first slice to send.</param>
internal sealed class SliceFollower<TForm>(StreamBatches<TForm> batches, ChainFeed feed, NamespaceId id, ulong from, bool prove)
    where TForm : struct, IStreamForm
{
    /// <summary>Sends until it is told to stop.</summary>
    /// <param name="send">Waits until the reader took what it is given.</param>
    public async Task RunAsync(Func<ReadOnlyMemory<byte>, Task> send, CancellationToken ended)
    {
        var position = new StreamPosition(id, prove, from, 0);
        while (true)
        {
            var committed = feed.Committed.Next;
            var batch = await batches.NextAsync(position, ended);
            if (!batch.Frames.IsEmpty)
            {
                using var held = batches.Hold(batch);
                await send(batch.Frames);
            }

            position = batch.Position;
            if (!batch.HasMore)
                await committed.WaitAsync(ended);
        }
    }
}
