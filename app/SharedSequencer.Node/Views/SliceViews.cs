using SharedSequencer.Api.Contracts;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Slices;
using SharedSequencer.Primitives;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Views;

/// <summary>Slices as HTTP and gRPC show them.</summary>
public sealed class SliceViews(ChainReader reader, SliceReader slices, ChainFeed feed) : IDisposable
{
    /// <summary>Slices in one answer.</summary>
    public const int MaximumRange = 1000;

    /// <summary>Bytes of payload at which a page of slices ends; one slice always fits.</summary>
    public const long MaximumPageBytes = 8 * 1024 * 1024;

    /// <summary>It ends too when the blocks that it was read from took so much memory, whatever they hold of the namespace.</summary>
    private const long ReadBytes = 64 * 1024 * 1024;

    /// <summary>Ranges read many blocks: so many at a time keep the disk busy, and leave the chain its share.</summary>
    private const int RangesAtATime = 16;

    /// <summary>A light block is stored a moment after its block.</summary>
    private static readonly TimeSpan s_lightPatience = TimeSpan.FromSeconds(2);

    private readonly WorkLimit _ranges = new(RangesAtATime, "ranges of slices");

    /// <summary>A namespace's part of the block at a height.</summary>
    public async Task<SliceResponse> GetAsync(NamespaceId id, long height, bool prove, CancellationToken cancellation)
    {
        var (block, number, tip, earliest) = reader.Query(snapshot => (
            snapshot.Block(height), snapshot.SliceAt(id, height)?.Number, snapshot.Tip()?.Height ?? 0, snapshot.EarliestHeight()));
        if (block is null)
            throw Answer.NoBlock(height, tip, earliest);

        var response = SliceReader.Read(id, block, number);
        if (!prove)
            return response;
        var proof = await slices.ProveAsync(id, block, s_lightPatience, cancellation) ?? throw NoLight(height);
        return response with { Proof = proof };
    }

    /// <summary>Slices by number, as many as there are, within both limits.</summary>
    public async Task<SliceRangeResponse> RangeAsync(
        NamespaceId id, ulong from, int limit, long pageBytes, bool prove, CancellationToken cancellation)
    {
        var (places, isPruned) = reader.Query(snapshot => (snapshot.SlicesFrom(id, from, limit), snapshot.IsSlicePruned(id, from)));
        if (isPruned)
            throw Answer.SlicePruned(from);
        var found = await _ranges.RunAsync(() => ReadAsync(id, places, pageBytes, prove, cancellation), cancellation);
        return new SliceRangeResponse(found, found.Count > 0 ? found[^1].Number!.Value + 1 : from);
    }

    /// <summary>What sends a namespace's slices from a number on, and then as they are committed.</summary>
    /// <exception cref="ProblemException">410: the first of them is no longer kept.</exception>
    internal SliceFollower<TForm> Follow<TForm>(StreamBatches<TForm> batches, NamespaceId id, ulong from, bool prove)
        where TForm : struct, IStreamForm => reader.Query(snapshot => snapshot.IsSlicePruned(id, from))
            ? throw Answer.SlicePruned(from)
            : new SliceFollower<TForm>(batches, feed, id, from, prove);

    public void Dispose() => _ranges.Dispose();

    /// <summary>As many as fit a page; at least one.</summary>
    private async Task<List<SliceResponse>> ReadAsync(
        NamespaceId id, IReadOnlyList<SlicePlace> places, long pageBytes, bool prove, CancellationToken cancellation)
    {
        List<SliceResponse> found = [];
        var (payload, read) = (0L, 0L);
        foreach (var place in places)
        {
            var block = reader.Query(snapshot => snapshot.Block(place.Height)) ?? throw Answer.SlicePruned(place.Number);
            var slice = SliceReader.Read(id, block, place.Number);
            payload += slice.Entries.Sum(entry => (long)entry.Payload.Length);
            read += block.Cost;
            if (found.Count > 0 && (payload > pageBytes || read > ReadBytes))
                break;
            if (prove)
            {
                var proof = await slices.ProveAsync(id, block, found.Count == 0 ? s_lightPatience : TimeSpan.Zero, cancellation);
                if (proof is null && found.Count == 0)
                    throw NoLight(place.Height);
                if (proof is null)
                    break;
                slice = slice with { Proof = proof };
            }

            found.Add(slice);
        }

        return found;
    }

    private static ProblemException NoLight(long height) =>
        Answer.NotReady($"The header and commit of height {height} have not been fetched from CometBFT yet. Try again soon.");
}
