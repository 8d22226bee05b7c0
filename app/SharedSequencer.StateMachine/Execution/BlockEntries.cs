using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>All entries of a block by namespace, in block order within each: the leaves of its namespace tree.</summary>
public sealed class BlockEntries
{
    private readonly SortedDictionary<NamespaceId, List<Entry>> _byNamespace;

    private BlockEntries(SortedDictionary<NamespaceId, List<Entry>> byNamespace, uint count, ulong payloadBytes)
    {
        _byNamespace = byNamespace;
        Count = count;
        PayloadBytes = payloadBytes;
    }

    public uint Count { get; }

    public ulong PayloadBytes { get; }

    /// <summary>Ascending by namespace.</summary>
    public IReadOnlyDictionary<NamespaceId, List<Entry>> ByNamespace => _byNamespace;

    /// <summary>Collects the entries of a block's transactions, the preamble not among them.</summary>
    public static BlockEntries Of(IReadOnlyList<SignedTransaction> transactions)
    {
        SortedDictionary<NamespaceId, List<Entry>> byNamespace = [];
        uint count = 0;
        ulong payloadBytes = 0;
        for (var t = 0; t < transactions.Count; t++)
        {
            var actions = transactions[t].Body.Actions;
            for (var a = 0; a < actions.Count; a++)
            {
                if (actions[a] is not SubmitData data)
                    continue;
                if (!byNamespace.TryGetValue(data.Namespace, out var entries))
                    byNamespace.Add(data.Namespace, entries = []);

                // The preamble has index 0.
                entries.Add(new Entry(data.Namespace, (uint)t + 1, (uint)a, transactions[t].Sender, data.Payload));
                count++;
                payloadBytes += (ulong)data.Payload.Length;
            }
        }

        return new BlockEntries(byNamespace, count, payloadBytes);
    }

    /// <summary>The namespaced Merkle tree over all entries.</summary>
    public NamespacedMerkleTree BuildTree()
    {
        var leaves = new NamespacedLeaf[Count];
        var next = 0;
        foreach (var (id, entries) in _byNamespace)
        {
            foreach (var entry in entries)
                leaves[next++] = new NamespacedLeaf(id, entry.LeafData());
        }

        return NamespacedMerkleTree.Build(leaves);
    }

    /// <summary>RFC 6962 root over a namespace's leaf data.</summary>
    public static Hash256 SliceRoot(IReadOnlyList<Entry> entries)
    {
        var leaves = new Hash256[entries.Count];
        for (var i = 0; i < leaves.Length; i++)
            leaves[i] = MerkleHash.Leaf(entries[i].LeafData());
        return MerkleTree.RootOf(leaves);
    }
}
