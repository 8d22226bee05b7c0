using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Chain;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Slices;

/// <summary>
/// Makes what followers of slices are sent. A thousand who wait at the tip ask the same at each commit: it is read and
/// written down once, and all of them are sent the same bytes, which are forgotten at the next commit.
/// </summary>
/// <typeparam name="TForm">How it is written down.</typeparam>
internal sealed class StreamBatches<TForm>(ChainReader reader, SliceReader slices, ChainFeed feed, IHostApplicationLifetime lifetime)
    where TForm : struct, IStreamForm
{
    /// <summary>A batch ends here; one slice always fits.</summary>
    private const int BatchBytes = 256 * 1024;

    private const int PageSlices = 32;

    /// <summary>Further behind, one tip stands for all blocks on the way.</summary>
    private const int SingleTips = 64;

    /// <summary>What is shared of one commit: followers at the tip are at few positions, and slow ones could be anywhere.</summary>
    private const long SharedBytes = 64 * 1024 * 1024;

    /// <summary>What followers hold that are not at the tip, all of one form together: from a batch of so many bytes on it counts.</summary>
    private const long HeldBytes = 256L * 1024 * 1024;

    private const int CountedBytes = 64 * 1024;

    private readonly ByteBudget _held = new(HeldBytes);
    private Shared _shared = new(0);

    /// <summary>What comes next at a position. Take <see cref="ChainFeed.Committed"/> before asking, so that nothing is missed.</summary>
    /// <exception cref="ProblemException">410: it is no longer kept.</exception>
    public async Task<StreamBatch> NextAsync(StreamPosition position, CancellationToken cancellation)
    {
        // Before the first tip a follower reads what is old, at its own place and pace.
        if (position.Tip == 0 || Current() is not { Bytes: < SharedBytes } shared)
            return await MakeAsync(position, cancellation);
        var batch = shared.Batches.GetOrAdd(position, at => new Lazy<Task<StreamBatch>>(() => ShareAsync(shared, at)));
        return await batch.Value.WaitAsync(cancellation);
    }

    /// <summary>Counts what a follower holds while it is sent.</summary>
    /// <exception cref="ProblemException">503: followers hold as much as they may.</exception>
    public IDisposable? Hold(StreamBatch batch) => batch.IsShared || batch.Frames.Length < CountedBytes
        ? null
        : _held.TryTake(batch.Frames.Length) ?? throw Answer.Busy("Followers hold as much as this node has memory for. Resume soon.");

    private async Task<StreamBatch> ShareAsync(Shared shared, StreamPosition position)
    {
        var batch = await MakeAsync(position, lifetime.ApplicationStopping) with { IsShared = true };
        shared.Add(batch.Frames.Length);
        return batch;
    }

    /// <summary>The batches since the last commit. They are of this commit or a later one: never older than who asks.</summary>
    private Shared Current()
    {
        var commits = feed.Commits;
        var shared = Volatile.Read(ref _shared);
        while (shared.Commits < commits)
        {
            var next = new Shared(commits);
            var before = Interlocked.CompareExchange(ref _shared, next, shared);
            shared = before == shared ? next : before;
        }

        return shared;
    }

    private async Task<StreamBatch> MakeAsync(StreamPosition position, CancellationToken cancellation)
    {
        var id = position.Namespace;
        var (tip, page, isPruned) = reader.Query(chain => (
            chain.Tip(), chain.SlicesFrom(id, position.Next, PageSlices), chain.IsSlicePruned(id, position.Next)));
        if (isPruned)
            throw Answer.SlicePruned(position.Next);
        var frames = new ArrayBufferWriter<byte>(1024);
        var isLive = position.Tip > 0;
        foreach (var place in page)
        {
            if (frames.WrittenCount > 0 && frames.WrittenCount >= BatchBytes)
                return new StreamBatch(frames.WrittenMemory, position, true);
            if (await ReadAsync(position, place, frames.WrittenCount == 0, cancellation) is not { } slice)
                return new StreamBatch(frames.WrittenMemory, position, true);

            // All blocks below this slice's have been sent.
            if (isLive)
                position = WriteTips(frames, position, place.Height - 1);
            default(TForm).Write(frames, slice);
            position = position with { Next = place.Number + 1 };
        }

        if (page.Count == PageSlices)
            return new StreamBatch(frames.WrittenMemory, position, true);
        if (tip is not null)
            position = WriteTips(frames, position, tip.Height);
        return new StreamBatch(frames.WrittenMemory, position, false);
    }

    /// <summary>A slice; null when its proof is not there yet and the caller has something to send meanwhile.</summary>
    private async Task<SliceResponse?> ReadAsync(StreamPosition position, SlicePlace place, bool canWait, CancellationToken cancellation)
    {
        var block = reader.Query(chain => chain.Block(place.Height)) ?? throw Answer.SlicePruned(place.Number);
        var response = SliceReader.Read(position.Namespace, block, place.Number);
        if (!position.Prove)
            return response;
        var patience = canWait ? Timeout.InfiniteTimeSpan : TimeSpan.Zero;
        return await slices.ProveAsync(position.Namespace, block, patience, cancellation) is { } proof ? response with { Proof = proof } : null;
    }

    /// <summary>Tips of the heights behind the last one sent: each one when they are few, else the last.</summary>
    private StreamPosition WriteTips(ArrayBufferWriter<byte> frames, StreamPosition position, long last)
    {
        var areFew = position.Tip > 0 && last - position.Tip <= SingleTips;
        for (var height = areFew ? position.Tip + 1 : last; height <= last; height++)
        {
            if (height > position.Tip && reader.Query(chain => chain.Summary(height)) is { } summary)
                default(TForm).Write(frames, Of(summary));
        }

        return position with { Tip = Math.Max(position.Tip, last) };
    }

    private static TipEvent Of(BlockSummary block) => new(block.Height, block.Time.ToDateTimeOffset(), block.Hash.ToString());

    private sealed class Shared(long commits)
    {
        /// <summary>A batch takes so much beside its frames.</summary>
        private const int EmptyBytes = 512;

        public long Commits { get; } = commits;

        public ConcurrentDictionary<StreamPosition, Lazy<Task<StreamBatch>>> Batches { get; } = new();

        private long _bytes;

        public long Bytes => Volatile.Read(ref _bytes);

        public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes + EmptyBytes);
    }
}
