using System.Globalization;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Hosting.Http;
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
internal sealed class SliceFollower(ChainReader reader, SliceReader slices, ChainFeed feed, NamespaceId id, bool prove)
{
    private const int PageSlices = 32;

    /// <summary>Further behind, one tip stands for all blocks on the way.</summary>
    private const int SingleTips = 64;

    private long _tipSent;

    /// <param name="from">The number of the first slice to send.</param>
    public async Task RunAsync(SseStream stream, ulong from)
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
                    await SendTipsAsync(stream, place.Height - 1);
                await SendSliceAsync(stream, place);
                next = place.Number + 1;
            }

            if (page.Count == PageSlices)
                continue;
            if (tip is not null)
                await SendTipsAsync(stream, tip.Height);
            isLive = true;
            await committed.WaitAsync(stream.Ended);
        }
    }

    private async Task SendSliceAsync(SseStream stream, SlicePlace place)
    {
        var block = reader.Query(chain => chain.Block(place.Height))
            ?? throw Answer.SlicePruned(place.Number);
        var response = SliceReader.Read(id, block, place.Number);
        if (prove)
            response = response with { Proof = await slices.ProveAsync(id, block, Timeout.InfiniteTimeSpan, stream.Ended) };
        await stream.SendAsync("slice", response, ApiJson.Default.SliceResponse, place.Number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Tips of the heights behind the last one sent: each one when they are few, else the last.</summary>
    private async Task SendTipsAsync(SseStream stream, long last)
    {
        var areFew = _tipSent > 0 && last - _tipSent <= SingleTips;
        for (var height = areFew ? _tipSent + 1 : last; height <= last; height++)
        {
            if (height > _tipSent && reader.Query(chain => chain.Summary(height)) is { } summary)
                await stream.SendAsync("tip", Of(summary), ApiJson.Default.TipEvent);
        }

        _tipSent = Math.Max(_tipSent, last);
    }

    private static TipEvent Of(BlockSummary block) => new(block.Height, block.Time.ToDateTimeOffset(), block.Hash.ToString());
}
