using SharedSequencer.Api.Contracts;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Slices;

/// <summary>
/// Sends a namespace's slices by number, first those that are there, then each as it is committed, and after each block
/// its tip. It always reads from the store: a slow reader falls behind and costs nobody anything.
/// </summary>
internal sealed class SliceFollower(ChainReader reader, SliceReader slices, ChainFeed feed, NamespaceId id, ulong from, bool prove)
{
    private const int PageSlices = 32;

    /// <summary>Further behind, one tip stands for all blocks on the way.</summary>
    private const int SingleTips = 64;

    private long _tipSent;

    /// <summary>Sends until it is told to stop.</summary>
    public async Task RunAsync(ISliceSink sink, CancellationToken ended)
    {
        var next = from;
        var isLive = false;
        while (true)
        {
            var committed = feed.Committed.Next;
            var (tip, page, isPruned) = reader.Query(chain => (chain.Tip(), chain.SlicesFrom(id, next, PageSlices), chain.IsSlicePruned(id, next)));
            if (isPruned)
                throw Answer.SlicePruned(next);
            foreach (var place in page)
            {
                // All blocks below this slice's have been sent.
                if (isLive)
                    await SendTipsAsync(sink, place.Height - 1);
                await SendSliceAsync(sink, place, ended);
                next = place.Number + 1;
            }

            if (page.Count == PageSlices)
                continue;
            if (tip is not null)
                await SendTipsAsync(sink, tip.Height);
            isLive = true;
            await committed.WaitAsync(ended);
        }
    }

    private async Task SendSliceAsync(ISliceSink sink, SlicePlace place, CancellationToken ended)
    {
        var block = reader.Query(chain => chain.Block(place.Height))
            ?? throw Answer.SlicePruned(place.Number);
        var response = SliceReader.Read(id, block, place.Number);
        if (prove)
            response = response with { Proof = await slices.ProveAsync(id, block, Timeout.InfiniteTimeSpan, ended) };
        await sink.SendAsync(response);
    }

    /// <summary>Tips of the heights behind the last one sent: each one when they are few, else the last.</summary>
    private async Task SendTipsAsync(ISliceSink sink, long last)
    {
        var areFew = _tipSent > 0 && last - _tipSent <= SingleTips;
        for (var height = areFew ? _tipSent + 1 : last; height <= last; height++)
        {
            if (height > _tipSent && reader.Query(chain => chain.Summary(height)) is { } summary)
                await sink.SendAsync(Of(summary));
        }

        _tipSent = Math.Max(_tipSent, last);
    }

    private static TipEvent Of(BlockSummary block) => new(block.Height, block.Time.ToDateTimeOffset(), block.Hash.ToString());
}

/// <summary>Where a follower's slices go. Each send waits until the reader took it.</summary>
internal interface ISliceSink
{
    Task SendAsync(SliceResponse slice);

    /// <summary>Every block up to this one has been sent.</summary>
    Task SendAsync(TipEvent tip);
}
