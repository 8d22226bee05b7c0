using System.Collections.Immutable;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>
/// A block in the making on a fork of its parent's state: used alike to propose, to judge and to finalise, so that
/// the three cannot differ. Transactions must have good signatures.
/// </summary>
public sealed class BlockExecution(ChainState parent, BlockContext context)
{
    private readonly StateFork _fork = new(parent);
    private readonly BlockFees _fees = new(parent, context.Time);
    private readonly NamespaceUsage _usage = new();
    private readonly List<SignedTransaction> _transactions = [];

    public int Count => _transactions.Count;

    /// <summary>The state as the next transaction will find it.</summary>
    public IStateView View => _fork;

    /// <summary>Executes a transaction as the block's next; a refused one leaves the block as it was.</summary>
    public Verdict TryAdd(SignedTransaction transaction)
    {
        var verdict = TransactionExecutor.Execute(transaction, _fork, context, _fees, _usage);
        if (verdict.IsOk)
            _transactions.Add(transaction);
        return verdict;
    }

    /// <summary>Ends the block: trees, heads, preamble, the new state. An empty block changes nothing.</summary>
    public ExecutedBlock Seal()
    {
        if (_transactions.Count == 0)
        {
            return new ExecutedBlock
            {
                Context = context,
                Transactions = [],
                Preamble = null,
                Slices = [],
                Changes = [],
                Parent = parent,
                State = parent.With([], parent.SlicePeaks, context.Height, context.Time),
            };
        }

        var entries = BlockEntries.Of(_transactions);
        var slices = AppendSlices(entries, out var peaks);
        MeterUsage(entries);
        var changes = _fork.Changes();
        return new ExecutedBlock
        {
            Context = context,
            Transactions = _transactions,
            Preamble = new Preamble
            {
                Height = context.Height,
                NamespaceRoot = entries.BuildTree().Root.ToArray(),
                EntryCount = entries.Count,
                PayloadBytes = entries.PayloadBytes,
                ForcedCount = 0,
            }.Encode(),
            Slices = slices,
            Changes = changes,
            Parent = parent,
            State = parent.With(changes, peaks, context.Height, context.Time),
        };
    }

    private void MeterUsage(BlockEntries entries)
    {
        ulong bytes = 0;
        foreach (var transaction in _transactions)
            bytes += (ulong)transaction.Raw.Length;
        _fork.SetFeeMeter(parent.FeeMeter.Add(bytes, context.Time, parent.Parameters.ChainFeeRate));
        foreach (var (id, list) in entries.ByNamespace)
        {
            ulong payload = 0;
            foreach (var entry in list)
                payload += (ulong)entry.Payload.Length;
            _fork.SetNamespaceMeter(id, parent.NamespaceMeter(id).Add(payload, context.Time, parent.Parameters.NamespaceFeeRate));
        }
    }

    private List<Slice> AppendSlices(BlockEntries entries, out ImmutableSortedDictionary<NamespaceId, MerklePeaks> peaks)
    {
        var builder = parent.SlicePeaks.ToBuilder();
        List<Slice> slices = new(entries.ByNamespace.Count);
        var roots = entries.SliceRoots();
        foreach (var (id, list) in entries.ByNamespace)
        {
            var before = builder.TryGetValue(id, out var found) ? found : MerklePeaks.Empty;
            if (before.Count != _fork.Head(id).SliceCount)
                throw new InvalidOperationException($"Namespace {id}: the tree of slices has {before.Count} leaves, the state says {_fork.Head(id).SliceCount}.");
            var number = before.Count + 1;
            var root = roots[slices.Count];
            var after = before.Append(MerkleHash.Leaf(NamespaceHead.Leaf(id, number, context.Height, root, (uint)list.Count)));
            var head = new NamespaceHead(number, context.Height, after.Root);
            builder[id] = after;
            _fork.SetHead(id, head);
            slices.Add(new Slice(id, number, list, root, head));
        }

        peaks = builder.ToImmutable();
        return slices;
    }
}
