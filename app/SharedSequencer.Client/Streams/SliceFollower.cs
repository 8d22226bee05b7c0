using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client.Transport;
using SharedSequencer.Primitives;

namespace SharedSequencer.Client.Streams;

/// <summary>
/// Follows a namespace's slices by number over any number of connections. It holds one event at a time: whoever reads
/// slowly slows the node's sending, and nothing piles up here.
/// </summary>
internal sealed class SliceFollower(ApiTransport transport, NamespaceId id, ulong from, bool withProof)
{
    /// <summary>So often may a node break the order in a row before it is given up as faulty.</summary>
    private const int MaximumDisorders = 3;

    private ulong _next = from;
    private long _sliceHeight;
    private long _tipHeight;

    public async IAsyncEnumerable<SliceStreamEvent> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var subscription = new EventSubscription(transport, Where);
        var disorders = 0;
        while (true)
        {
            var received = await subscription.NextAsync(cancellation).ConfigureAwait(false);
            SliceStreamEvent? accepted = null;
            SequencerConnectionException? disorder = null;
            try
            {
                accepted = Accept(received);
            }
            catch (Exception e) when (e is InvalidDataException or JsonException)
            {
                disorder = transport.Fault($"sent a stream that makes no sense: {e.Message}", e);
            }

            if (disorder is not null)
            {
                if (++disorders == MaximumDisorders)
                    throw disorder;
                await subscription.ReopenAsync(disorder, cancellation).ConfigureAwait(false);
            }
            else if (accepted is not null)
            {
                disorders = 0;
                yield return accepted;
            }
        }
    }

    private (string Path, string? LastEventId) Where() => (
        string.Create(CultureInfo.InvariantCulture, $"namespaces/{id}/slices/stream?from={_next}&proof={(withProof ? "true" : "false")}"),
        _sliceHeight == 0 ? null : (_next - 1).ToString(CultureInfo.InvariantCulture));

    /// <summary>The event, or null when it was had before or is of a kind that this version does not know.</summary>
    private SliceStreamEvent? Accept(ServerSentEvent received)
    {
        switch (received.Name)
        {
            case "slice":
                var slice = JsonSerializer.Deserialize(received.Data.Span, ApiJson.Default.SliceResponse)!;
                return Accept(slice) ? new SliceArrived(slice) : null;
            case "tip":
                var tip = JsonSerializer.Deserialize(received.Data.Span, ApiJson.Default.TipEvent)!;
                if (tip.Height <= _tipHeight)
                    return null;
                _tipHeight = tip.Height;
                return new TipReached(tip);
            default:
                return null;
        }
    }

    private bool Accept(SliceResponse slice)
    {
        if (slice.Namespace != id.ToString())
            throw new InvalidDataException($"a slice of namespace {slice.Namespace} came instead of {id}.");
        if (slice.Number < _next)
            return false;
        if (slice.Number != _next)
            throw new InvalidDataException($"slice {slice.Number} came where {_next} was due.");
        if (slice.Height <= Math.Max(_sliceHeight, _tipHeight))
        {
            throw new InvalidDataException(
                $"slice {_next} of height {slice.Height} came after all up to height {Math.Max(_sliceHeight, _tipHeight)} had been sent.");
        }

        _sliceHeight = slice.Height;
        _next++;
        return true;
    }
}
