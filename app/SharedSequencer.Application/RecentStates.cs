using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application;

/// <summary>
/// The last few committed versions of the state, for queries on other threads. They share all that did not change.
/// </summary>
internal sealed class RecentStates(int capacity = 16)
{
    private volatile ChainState[] _versions = [];

    /// <summary>The newest, or null before the first block or genesis.</summary>
    public ChainState? Newest => _versions is [.., var newest] ? newest : null;

    public void Start(ChainState state) => _versions = [state];

    public void Add(ChainState state)
    {
        var before = _versions;
        var kept = before.Length < capacity ? before : before[1..];
        _versions = [.. kept, state];
    }

    /// <summary>The version after the block at a height, or null when it is not kept.</summary>
    public ChainState? At(long height)
    {
        foreach (var version in _versions)
        {
            if (version.Height == height)
                return version;
        }

        return null;
    }
}
