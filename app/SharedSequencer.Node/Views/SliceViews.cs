using SharedSequencer.Api.Contracts;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Slices;
using SharedSequencer.Primitives;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Views;

/// <summary>Slices as HTTP and gRPC show them.</summary>
public sealed class SliceViews(ChainReader reader, SliceReader slices, ChainFeed feed)
{
    /// <summary>Slices in one answer.</summary>
    public const int MaximumRange = 1000;

    /// <summary>Bytes of payload at which a page of slices ends; one slice always fits.</summary>
    public const long MaximumPageBytes = 8 * 1024 * 1024;

    /// <summary>A light block is stored a moment after its block.</summary>
    private static readonly TimeSpan s_lightPatience = TimeSpan.FromSeconds(2);

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
        List<SliceResponse> found = [];
        long bytes = 0;
        foreach (var place in places)
        {
            var block = reader.Query(snapshot => snapshot.Block(place.Height)) ?? throw Answer.SlicePruned(place.Number);
            var slice = SliceReader.Read(id, block, place.Number);
            bytes += slice.Entries.Sum(entry => (long)entry.Payload.Length);
            if (bytes > pageBytes && found.Count > 0)
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

        return new SliceRangeResponse(found, found.Count > 0 ? found[^1].Number!.Value + 1 : from);
    }

    /// <summary>What sends a namespace's slices from a number on, and then as they are committed.</summary>
    /// <exception cref="ProblemException">410: the first of them is no longer kept.</exception>
    internal SliceFollower Follow(NamespaceId id, ulong from, bool prove) => reader.Query(snapshot => snapshot.IsSlicePruned(id, from))
        ? throw Answer.SlicePruned(from)
        : new SliceFollower(reader, slices, feed, id, from, prove);

    private static ProblemException NoLight(long height) =>
        Answer.NotReady($"The header and commit of height {height} have not been fetched from CometBFT yet. Try again soon.");
}
