using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Evm.Execution;

/// <summary>
/// Finds the block that results when each transaction, in order, is included if it is valid at its turn. A client builds a list as a
/// whole or not at all, and gas is known only by executing: so it builds as much as is certain, then all, and halves what fails. A
/// block that does not run out of gas takes one build. After <see cref="MaxBuilds"/> each of the rest must fit with its whole gas
/// limit: that bounds what crafted transactions can cost. The way depends on the client's verdicts alone, and these on the slices and
/// the parent's state: a replay finds the same block.
/// </summary>
internal sealed class BlockSearch(
    CandidateFilter filter,
    ulong blockGasLimit,
    Func<IReadOnlyList<Candidate>, CancellationToken, Task<BuildAttempt>> build,
    Action<Candidate, DroppedBecause> drop)
{
    public const int MaxBuilds = 24;

    private const int Unknown = int.MaxValue;

    private readonly List<Candidate> _taken = [];

    /// <summary>Those after the last that was taken or refused. A place is settled only when all before it are.</summary>
    private IReadOnlyList<Candidate> _open = [];

    /// <summary>Those of the open ones that can follow, as far as the filter knows, and why the others cannot.</summary>
    private List<Candidate> _rest = [];
    private readonly Dictionary<int, (Candidate Candidate, DroppedBecause Reason)> _left = [];

    private BuiltBlock? _block;
    private int _builds;

    /// <summary>Length of the shortest prefix of the rest that is known to fail.</summary>
    private int _bad = Unknown;
    private BuildAttempt _failure;

    /// <summary>The block, and the transactions in it in order.</summary>
    /// <exception cref="ClientUnreachableException">The client refuses even what it took before, or an empty block.</exception>
    public async Task<(BuiltBlock Block, IReadOnlyList<Candidate> Included)> RunAsync(
        IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        _open = candidates;
        Filter(reserveGas: false);
        while (_rest.Count > 0)
        {
            if (_builds >= MaxBuilds)
            {
                await FinishOnTheSafeSideAsync(cancellationToken);
                break;
            }

            if (_bad == 1)
                await RefuseFirstAsync(cancellationToken);
            else
                await TryAsync(NextLength(), cancellationToken);
        }

        _block ??= await BuildAgainAsync(cancellationToken);
        foreach (var (candidate, reason) in _left.Values)
            drop(candidate, reason);
        return (_block, _taken);
    }

    private ulong GasUsed => _block?.Header.GasUsed ?? 0;

    private int NextLength()
    {
        var gasLeft = blockGasLimit - GasUsed;
        var certain = 0;
        while (certain < _rest.Count && _rest[certain].Transaction.GasLimit <= gasLeft)
        {
            gasLeft -= _rest[certain].Transaction.GasLimit;
            certain++;
        }

        if (_bad == Unknown)
            return _block is null ? Math.Max(certain, 1) : _rest.Count;
        return _failure.IsOutOfGas ? Math.Max(Math.Min(certain, _bad - 1), _bad / 2) : _bad / 2;
    }

    private async Task TryAsync(int length, CancellationToken cancellationToken)
    {
        _builds++;
        var attempt = await build([.. _taken, .. _rest[..length]], cancellationToken);
        if (attempt.Block is null)
        {
            _bad = length;
            _failure = attempt;
            return;
        }

        _block = attempt.Block;
        _taken.AddRange(_rest[..length]);
        var before = _rest.Count - length;
        Settle(_rest[length - 1]);
        Filter(reserveGas: false);
        _bad = _bad == Unknown || _rest.Count != before ? Unknown : _bad - length;
    }

    /// <summary>The first of the rest cannot follow what is taken; what counted on it is judged again.</summary>
    private async Task RefuseFirstAsync(CancellationToken cancellationToken)
    {
        // A client in trouble refuses everything: only when it still takes the block without this transaction is that one to blame.
        _block = await BuildAgainAsync(cancellationToken);
        var refused = _rest[0];
        Settle(refused);
        _left[refused.Index] = (refused, new(DropReason.RefusedByClient, _failure.Refusal ?? ""));
        Filter(reserveGas: false);
        _bad = Unknown;
    }

    private async Task FinishOnTheSafeSideAsync(CancellationToken cancellationToken)
    {
        Filter(reserveGas: true);
        var attempt = await build([.. _taken, .. _rest], cancellationToken);
        if (attempt.Block is not null)
        {
            _block = attempt.Block;
            _taken.AddRange(_rest);
            return;
        }

        _block = await BuildAgainAsync(cancellationToken);
        foreach (var candidate in _rest)
            _left[candidate.Index] = (candidate, new(DropReason.RefusedByClient, $"among {_rest.Count} transactions of which one is not valid: {attempt.Refusal}"));
    }

    private void Settle(Candidate last) => _open = [.. _open.SkipWhile(candidate => candidate.Index <= last.Index)];

    private void Filter(bool reserveGas)
    {
        foreach (var candidate in _open)
            _left.Remove(candidate.Index);
        _rest = filter.Keep(_taken, _open, GasUsed, reserveGas, (candidate, reason) => _left[candidate.Index] = (candidate, reason));
    }

    private async Task<BuiltBlock> BuildAgainAsync(CancellationToken cancellationToken)
    {
        var attempt = await build(_taken, cancellationToken);
        return attempt.Block
            ?? throw new ClientUnreachableException($"The client cannot build a block of {_taken.Count} transactions that it must take: {attempt.Refusal}");
    }
}
