using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Storage.Blocks;

/// <summary>A block with its content, decoded. Trees are built when they are first asked for, and kept with it.</summary>
public sealed class StoredBlock
{
    private readonly Lazy<BlockEntries> _entries;
    private readonly Lazy<NamespacedMerkleTree> _namespaceTree;
    private readonly Lazy<MerkleTree> _dataTree;

    /// <param name="preamble">Null exactly when there are no transactions.</param>
    /// <param name="transactions">Without the preamble, in block order.</param>
    public StoredBlock(BlockSummary summary, byte[]? preamble, IReadOnlyList<SignedTransaction> transactions)
    {
        Summary = summary;
        Preamble = preamble;
        Transactions = transactions;
        _entries = new(() => BlockEntries.Of(Transactions));
        _namespaceTree = new(() => Entries.BuildTree());
        _dataTree = new(BuildDataTree);
    }

    public BlockSummary Summary { get; }

    public byte[]? Preamble { get; }

    public IReadOnlyList<SignedTransaction> Transactions { get; }

    /// <summary>What the block orders, by namespace.</summary>
    public BlockEntries Entries => _entries.Value;

    /// <summary>The tree below the preamble's namespace root.</summary>
    public NamespacedMerkleTree NamespaceTree => _namespaceTree.Value;

    /// <summary>The tree below the header's data_hash: its leaves are SHA-256 of each item, the preamble first.</summary>
    public MerkleTree DataTree => _dataTree.Value;

    /// <summary>About what it takes in memory, all trees counted, in bytes.</summary>
    public long Cost
    {
        get
        {
            long cost = 1024;
            for (var i = 0; i < Transactions.Count; i++)
                cost += Transactions[i].Raw.Length + 512 + (320L * Transactions[i].Body.Actions.Count);
            return cost;
        }
    }

    private MerkleTree BuildDataTree()
    {
        if (Preamble is not { } preamble)
            return MerkleTree.Build([]);
        var leaves = new Hash256[Transactions.Count + 1];
        leaves[0] = MerkleHash.Leaf(Hash256.Of(preamble).Span);
        for (var i = 0; i < Transactions.Count; i++)
            leaves[i + 1] = MerkleHash.Leaf(Transactions[i].Id.Span);
        return MerkleTree.Build(leaves);
    }
}
