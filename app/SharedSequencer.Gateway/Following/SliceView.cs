using SharedSequencer.Gateway.JsonRpc;

namespace SharedSequencer.Gateway.Following;

/// <summary>
/// How far the namespace's slices have been read. Until the tip was reached once, a transaction that an earlier process
/// brought into a slice can be unknown here, and its nonce would be given out again.
/// </summary>
internal sealed class SliceView
{
    private volatile string? _fault = "The namespace's slices have not been read to their end yet.";
    private volatile bool _reachedTip;

    /// <summary>Why the slices are not followed now; null when they are.</summary>
    public string? Fault
    {
        get => _fault;
        set => _fault = value;
    }

    /// <summary>All that is in slices by now has been read.</summary>
    public void ReachTip()
    {
        _reachedTip = true;
        _fault = null;
    }

    /// <exception cref="RpcException">Nonces cannot be told yet.</exception>
    public void EnsureReached()
    {
        if (!_reachedTip)
            throw new RpcException(RpcError.Unavailable($"the gateway has just started: {_fault ?? "its slices are being read."} Try again in a moment"));
    }
}
