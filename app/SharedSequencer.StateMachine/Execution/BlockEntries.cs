using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>All entries of a block by namespace, in block order within each: the leaves of its namespace tree.</summary>
public sealed class BlockEntries
{
    private readonly SortedDictionary<NamespaceId, List<Entry>> _byNamespace;
    private NamespacedHash[]? _nodes;
    private Hash256[]? _leaves;

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
        HashLeaves();
        return NamespacedMerkleTree.Build(_nodes);
    }

    /// <summary>RFC 6962 roots over each namespace's leaf data, ascending by namespace.</summary>
    public Hash256[] SliceRoots()
    {
        HashLeaves();
        var roots = new Hash256[_byNamespace.Count];
        var (next, start) = (0, 0);
        foreach (var entries in _byNamespace.Values)
        {
            roots[next++] = MerkleTree.RootOf(_leaves.AsSpan(start, entries.Count));
            start += entries.Count;
        }

        return roots;
    }

    /// <summary>Both hashes of every entry from one writing of its leaf data: the data is most of a block.</summary>
    [MemberNotNull(nameof(_nodes), nameof(_leaves))]
    private void HashLeaves()
    {
        if (_nodes is not null && _leaves is not null)
            return;
        var nodes = new NamespacedHash[Count];
        var leaves = new Hash256[Count];
        var next = 0;
        var longest = 0;
        foreach (var entries in _byNamespace.Values)
        {
            foreach (var entry in entries)
                longest = Math.Max(longest, entry.LeafLength);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(NamespacedHash.LeafDataStart + longest);
        foreach (var (id, entries) in _byNamespace)
        {
            foreach (var entry in entries)
            {
                entry.WriteLeaf(buffer.AsSpan(NamespacedHash.LeafDataStart));
                nodes[next] = NamespacedHash.LeafInPlace(id, buffer.AsSpan(0, NamespacedHash.LeafDataStart + entry.LeafLength), out leaves[next]);
                next++;
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        (_nodes, _leaves) = (nodes, leaves);
    }
}
