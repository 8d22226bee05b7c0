using System.Runtime.CompilerServices;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client.Following;
using SharedSequencer.Client.Verification;

namespace SharedSequencer.Client;

/// <summary>
/// Follows a namespace, verified: past slices in batches under the newest header, then each as it becomes final under its
/// own. Every slice exactly once and in order, through broken connections and restarts of nodes, and over several nodes,
/// of which none is trusted.
/// </summary>
/// <remarks>
/// Number n is given out only when it is proven to be the namespace's n-th slice: what a node withholds, alters, adds,
/// repeats or reorders is refused, the fault is reported, and the next node is asked. One follower serves one reader.
/// </remarks>
/// <param name="nodes">Addresses of nodes, the preferred one first.</param>
/// <param name="headers">The root of trust: a light client, or a node of the caller's own.</param>
/// <param name="from">Where to begin or go on: <see cref="FollowCursor.At"/>, or a saved one.</param>
/// <param name="options">How to ask.</param>
public sealed class NamespaceFollower(
    IReadOnlyList<Uri> nodes, ITrustedHeaders headers, FollowCursor from, NamespaceFollowerOptions? options = null)
{
    /// <summary>While no slice comes, the head is verified anew after so many blocks: few heights need to be looked at then.</summary>
    private const long RefreshHeights = 8;

    /// <summary>So many heights without a slice are verified one by one; more of them by the head behind them.</summary>
    private const long SingleHeights = 32;

    /// <summary>Between two looks for a header that makes the head provable.</summary>
    private static readonly TimeSpan s_headInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Between two looks whether the chain has come to a number that was asked for ahead of its time.</summary>
    private static readonly TimeSpan s_aheadInterval = TimeSpan.FromMilliseconds(250);

    private readonly NamespaceFollowerOptions _options = options ?? new NamespaceFollowerOptions();
    private readonly BoundedHeaders _headers = new(headers, (options ?? new NamespaceFollowerOptions()).Silence);
    private BatchReader? _batches;
    private FollowCursor _cursor = from;

    /// <summary>What was saved with the cursor: the first head that is verified must extend it.</summary>
    private VerifiedHead? _saved = from.Head;

    /// <summary>All of the namespace up to this height was given out.</summary>
    private long _clearTo;

    /// <summary>The cursor names a number that the head does not reach: nothing can be live yet.</summary>
    private bool _isAhead;

    private long _provenAt;
    private LiveReader? _live;
    private SliceResponse? _waiting;

    /// <summary>Where following stands: behind the last slice that was given out.</summary>
    public FollowCursor Cursor => _cursor;

    /// <summary>
    /// The slices from the cursor on. Ends only by cancellation, or by an exception when no node of all can be followed:
    /// the last one's. May be called again, and goes on then.
    /// </summary>
    /// <exception cref="UnprovenAnswerException">Every node's answer fails to verify.</exception>
    /// <exception cref="SequencerApiException">Every node refuses, such as 410 for what is pruned.</exception>
    /// <exception cref="SequencerConnectionException">No node could be reached for longer than allowed.</exception>
    public async IAsyncEnumerable<FollowedSlice> FollowAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var ring = new NodeRing(nodes, _options);
        _batches = new BatchReader(_headers, _options.BatchSlices);
        _clearTo = _cursor.LastHeight;
        try
        {
            while (true)
            {
                foreach (var slice in await NextAsync(ring, cancellation).ConfigureAwait(false))
                {
                    _cursor = _cursor with { Next = slice.Number + 1, LastHeight = slice.Height };
                    yield return new FollowedSlice(slice, _cursor);
                }
            }
        }
        finally
        {
            await CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>At least one slice, whatever number of nodes it takes.</summary>
    private async Task<IReadOnlyList<NumberedSlice>> NextAsync(NodeRing ring, CancellationToken cancellation)
    {
        _provenAt = Environment.TickCount64;
        while (true)
        {
            Exception fault;
            try
            {
                var slices = await ReadAsync(ring.Current, cancellation).ConfigureAwait(false);
                if (slices.Count == 0)
                    continue;
                ring.Works();
                return slices;
            }
            catch (Exception e) when (NodeRing.IsFault(e))
            {
                fault = e;
            }

            await CloseAsync().ConfigureAwait(false);
            await ring.FailAsync(fault, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>One step: a batch, or a word of the stream. It may bring nothing to give out.</summary>
    private async Task<IReadOnlyList<NumberedSlice>> ReadAsync(SequencerClient node, CancellationToken cancellation)
    {
        if (_live is null)
        {
            var behind = await CatchUpAsync(node, cancellation).ConfigureAwait(false);
            if (behind.Count == 0 && _isAhead)
                await Task.Delay(s_aheadInterval, cancellation).ConfigureAwait(false);
            else if (behind.Count == 0)
                GoLive(node, cancellation);
            return behind;
        }

        if (Environment.TickCount64 - _provenAt > _options.Silence.TotalMilliseconds)
        {
            throw new SequencerConnectionException(
                node.Node, $"The node {node.Node} speaks of new blocks, and has proven none above height {_clearTo} for {_options.Silence.TotalSeconds:0.#} s.");
        }

        if (_waiting is { } waiting)
            return await VerifyAsync(_live, waiting, cancellation).ConfigureAwait(false);
        switch (await _live.NextAsync(cancellation).ConfigureAwait(false))
        {
            case SliceArrived arrived:
                _waiting = arrived.Slice;
                return [];
            case TipReached reached when reached.Tip.Height - _clearTo > RefreshHeights:
                return await CatchUpAsync(node, cancellation).ConfigureAwait(false);
            default:
                return [];
        }
    }

    private void GoLive(SequencerClient node, CancellationToken cancellation)
    {
        _provenAt = Environment.TickCount64;
        _live = new LiveReader(node, _headers, _cursor, _options.Silence, cancellation);
    }

    private async Task<IReadOnlyList<NumberedSlice>> VerifyAsync(LiveReader live, SliceResponse slice, CancellationToken cancellation)
    {
        if (slice.Number < _cursor.Next)
        {
            // It came with a batch in the meantime.
            _waiting = null;
            return [];
        }

        if (slice.Height - _clearTo > SingleHeights)
        {
            var before = _clearTo;
            var behind = await CatchUpAsync(live.Node, cancellation).ConfigureAwait(false);
            if (behind.Count == 0 && _clearTo == before)
                await Task.Delay(s_headInterval, cancellation).ConfigureAwait(false);
            return behind;
        }

        var verified = await live.VerifyAsync(slice, _clearTo, cancellation).ConfigureAwait(false);
        _waiting = null;
        ClearTo(verified.Height);
        return [verified];
    }

    /// <summary>A batch by number. Afterwards all up to the head's height is known, or up to the batch's last slice.</summary>
    private async Task<IReadOnlyList<NumberedSlice>> CatchUpAsync(SequencerClient node, CancellationToken cancellation)
    {
        var range = await _batches!.ReadAsync(node, _cursor, cancellation).ConfigureAwait(false);
        var head = range.Head;

        // What was had live may be ahead of what a head proves yet.
        if (head.Height < _clearTo)
            return [];
        _isAhead = head.Head.SliceCount + 1 < _cursor.Next;
        if (_isAhead && _cursor.LastHeight > 0)
        {
            throw new UnprovenAnswerException(
                node.Node, nameof(HistoryStep.Head), $"At height {head.Height} there are {head.Head.SliceCount} slices, and {_cursor.Next - 1} were had: the cursor is of another chain.");
        }

        if (_saved is { } saved && head.Height >= saved.Height)
        {
            await BatchReader.CheckExtendsAsync(node, saved, head, cancellation).ConfigureAwait(false);
            _saved = null;
        }

        _cursor = _cursor with { Head = head };
        ClearTo(range.ReachesHead ? head.Height : range.Slices[^1].Height);
        return range.Slices;
    }

    private void ClearTo(long height)
    {
        if (height > _clearTo)
            _provenAt = Environment.TickCount64;
        _clearTo = height;
    }

    private async Task CloseAsync()
    {
        _waiting = null;
        if (_live is { } live)
        {
            _live = null;
            await live.DisposeAsync().ConfigureAwait(false);
        }
    }
}
