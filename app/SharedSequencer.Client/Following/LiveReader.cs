using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;

namespace SharedSequencer.Client.Following;

/// <summary>
/// Reads a node's stream of slices, and verifies each under the header of its own height as soon as it is there, without
/// waiting for the next one: the slice is complete, and the heights since the last one hold nothing. An empty block
/// shows that by its header alone.
/// </summary>
internal sealed class LiveReader : IAsyncDisposable
{
    private readonly SequencerClient _node;
    private readonly BoundedHeaders _headers;
    private readonly FollowCursor _from;
    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _ended;
    private readonly IAsyncEnumerator<SliceStreamEvent> _events;
    private Task<bool>? _moving;
    private long _tip;

    /// <param name="from">The stream begins with its next slice.</param>
    public LiveReader(SequencerClient node, BoundedHeaders headers, FollowCursor from, TimeSpan silence, CancellationToken cancellation)
    {
        (_node, _headers, _from, _silence) = (node, headers, from, silence);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _events = node.FollowSlicesAsync(from.Namespace, from.Next, withProof: true, _ended.Token).GetAsyncEnumerator(_ended.Token);
    }

    public SequencerClient Node => _node;

    /// <summary>The node's next word: a slice that is not verified yet, or how far its chain has come.</summary>
    /// <exception cref="SequencerConnectionException">The stream broke, or there was no new block for too long.</exception>
    public async Task<SliceStreamEvent> NextAsync(CancellationToken cancellation)
    {
        _moving = _events.MoveNextAsync().AsTask();
        try
        {
            _ = await _moving.WaitAsync(_silence, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new SequencerConnectionException(
                _node.Node, $"The node {_node.Node} has shown no block since height {_tip} for {_silence.TotalSeconds:0.#} s.", e);
        }

        if (_events.Current is TipReached reached)
            _tip = reached.Tip.Height;
        return _events.Current;
    }

    /// <summary>Verifies a slice of the stream.</summary>
    /// <param name="slice">With its proof.</param>
    /// <param name="clearTo">All of the namespace up to this height is known.</param>
    /// <exception cref="UnprovenAnswerException">It does not verify.</exception>
    public async Task<NumberedSlice> VerifyAsync(SliceResponse slice, long clearTo, CancellationToken cancellation)
    {
        if (slice.Height <= clearTo)
            throw Refused("Order", $"Slice {slice.Number} is said to be of height {slice.Height}, up to which all was had.");
        for (var height = clearTo + 1; height < slice.Height; height++)
            await VerifyEmptyAsync(height, cancellation).ConfigureAwait(false);
        var header = await _headers.AtAsync(slice.Height, _node.Node, cancellation).ConfigureAwait(false);
        var entries = Verify(slice, header).Entries;
        if (entries.Count == 0)
            throw Refused(nameof(VerificationStep.Slice), $"Slice {slice.Number} has no entries.");
        return new NumberedSlice(_from.Namespace, slice.Number!.Value, slice.Height, entries);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        if (_moving is { } moving)
        {
            // Whatever it comes to does not matter any more; an enumerator that moves cannot be disposed of.
            await moving.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
                .ConfigureAwait(false);
        }

        await _events.DisposeAsync().ConfigureAwait(false);
        _ended.Dispose();
    }

    private async Task VerifyEmptyAsync(long height, CancellationToken cancellation)
    {
        var header = await _headers.AtAsync(height, _node.Node, cancellation).ConfigureAwait(false);
        if (header.DataHash == MerkleHash.EmptyRoot)
            return;
        var answer = await _node.GetSliceAsync(_from.Namespace, height, withProof: true, cancellation).ConfigureAwait(false);
        if (Verify(answer, header).Entries.Count > 0)
            throw Refused("Order", $"The stream left out the slice of height {height}.");
    }

    private VerifiedSlice Verify(SliceResponse slice, Header header)
    {
        var verdict = SliceVerifier.Verify(slice, _from.Namespace, header.Hash());
        return verdict.Slice ?? throw Refused(verdict.FailedStep.ToString()!, verdict.Reason);
    }

    private UnprovenAnswerException Refused(string step, string reason) => new(_node.Node, step, reason);
}
