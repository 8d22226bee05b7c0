using Org.BouncyCastle.Math.EC.Rfc8032;
using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;

namespace SharedSequencer.Tests.Client;

/// <summary>
/// A block with its namespace tree, preamble, header, commit and validator set, made the way a node does, and the
/// answers that a node gives of it. The parts can be replaced before the header is made: a dishonest block then.
/// </summary>
internal sealed class TestBlock
{
    private static readonly byte[] s_secret = [.. Enumerable.Repeat((byte)3, 32)];
    private static readonly byte[] s_public = PublicKeyOf(s_secret);
    private static readonly ValidatorSet s_validators = ValidatorSet.From([new Validator(ConsensusKey.From(s_public), 10, 0)]);

    private readonly NamespacedMerkleTree _tree;
    private readonly MerkleTree _items;

    /// <param name="entries">In block order.</param>
    /// <param name="transactions">What follows the preamble; none for an empty block.</param>
    /// <param name="preamble">Instead of the honest one, also where there is nothing behind it.</param>
    public TestBlock(
        long height,
        IReadOnlyList<Entry> entries,
        IReadOnlyList<ReadOnlyMemory<byte>> transactions,
        Func<Preamble, byte[]>? preamble = null)
    {
        Height = height;
        Entries = entries;
        // OrderBy is stable: block order stays within a namespace.
        _tree = NamespacedMerkleTree.Build([.. entries.OrderBy(e => e.Namespace).Select(e => new NamespacedLeaf(e.Namespace, e.LeafData()))]);
        var honest = new Preamble
        {
            Height = height,
            NamespaceRoot = _tree.Root.ToArray(),
            EntryCount = (uint)entries.Count,
            PayloadBytes = (ulong)entries.Sum(e => (long)e.Payload.Length),
            ForcedCount = 0,
        };
        Preamble = preamble?.Invoke(honest) ?? (transactions.Count == 0 ? null : honest.Encode());
        Items = Preamble is null ? [] : [Preamble, .. transactions];
        _items = MerkleTree.Build([.. Items.Select(item => MerkleHash.Leaf(Hash256.Of(item.Span).Span))]);
        LightBlock = LightBlockOf(HeaderOf(height, TransactionList.Hash(Items)));
    }

    public long Height { get; }

    public IReadOnlyList<Entry> Entries { get; }

    public byte[]? Preamble { get; }

    /// <summary>The preamble, then the transactions.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Items { get; }

    public LightBlock LightBlock { get; }

    public Hash256 Hash => LightBlock.Header.Hash();

    public IEnumerable<NamespaceId> Namespaces => Entries.Select(e => e.Namespace).Distinct();

    /// <summary>A random block: sometimes empty, sometimes of transfers alone, mostly of entries in several namespaces.</summary>
    public static TestBlock Random(Random random, Func<Preamble, byte[]>? preamble = null, int minimumEntries = 0)
    {
        var namespaces = Enumerable.Range(0, random.Next(1, 6)).Select(_ => new NamespaceId((ulong)random.NextInt64(1, 40))).ToArray();
        var count = Math.Max(minimumEntries, random.Next(6) == 0 ? 0 : random.Next(1, 30));
        var transactionCount = count == 0 ? random.Next(0, 4) : random.Next(1, 12);
        List<Entry> entries = [];
        for (var i = 0; i < count; i++)
        {
            // Several actions a transaction, in ascending order of transactions.
            var index = (uint)(1 + (i * transactionCount / count));
            var action = entries.Count > 0 && entries[^1].TransactionIndex == index ? entries[^1].ActionIndex + (uint)random.Next(1, 3) : 0;
            entries.Add(new Entry(namespaces[random.Next(namespaces.Length)], index, action, RandomAccount(random), RandomBytes(random, random.Next(1, 80))));
        }

        return new TestBlock(
            random.NextInt64(1, 1_000_000),
            entries,
            [.. Enumerable.Range(0, transactionCount).Select(_ => (ReadOnlyMemory<byte>)RandomBytes(random, random.Next(100, 300)))],
            preamble);
    }

    /// <summary>The node's answer for a namespace, with proof.</summary>
    public SliceResponse Slice(NamespaceId id)
    {
        var entries = Entries.Where(e => e.Namespace == id).ToList();
        return new SliceResponse
        {
            Namespace = id.ToString(),
            Height = Height,
            Time = LightBlock.Header.Time.ToDateTimeOffset(),
            BlockHash = Hash.ToString(),
            Number = entries.Count > 0 ? 7 : null,
            Entries = [.. entries.Select(e => new EntryResponse(e.TransactionIndex, e.ActionIndex, e.Sender.ToString(), e.Payload.ToArray())
            {
                Transaction = Hash256.Of(Items[(int)Math.Min(e.TransactionIndex, Items.Count - 1)].Span).ToString(),
            })],
            Proof = new SliceProofResponse
            {
                LightBlock = LightBlock.ToProto(),
                Preamble = Preamble,
                PreambleProof = Preamble is null ? null : ItemProof(0),
                Namespace = Preamble is null ? null : NamespaceProof(id),
            },
        };
    }

    public MerkleProofResponse ItemProof(int index)
    {
        var proof = _items.ProveInclusion(index);
        return new MerkleProofResponse(
            (long)proof.Total, (long)proof.Index, proof.LeafHash.ToString(), [.. proof.Aunts.ToArray().Select(aunt => aunt.ToString())]);
    }

    public NamespaceProofResponse NamespaceProof(NamespaceId id)
    {
        var proof = _tree.Prove(id);
        return new NamespaceProofResponse(
            proof.Start, proof.End, [.. proof.Nodes.ToArray().Select(node => node.ToString())], proof.AbsenceLeaf?.ToString());
    }

    public static AccountId RandomAccount(Random random) => AccountId.From(RandomBytes(random, 32));

    public static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    public static LightBlock LightBlockOf(Header header)
    {
        var blockId = new BlockId(header.Hash(), new PartSetHeader(1, Hash256.Of("parts"u8)));
        var unsigned = new Commit(
            header.Height,
            0,
            blockId,
            [new CommitSig(BlockIdFlag.Commit, s_validators.Validators[0].Address, header.Time, HexBytes.Empty)]);
        var message = unsigned.SignBytes(header.ChainId, 0)!;
        var signature = new byte[64];
        Ed25519.Sign(s_secret, 0, message, 0, message.Length, signature, 0);
        var commit = unsigned with { Signatures = [unsigned.Signatures[0] with { Signature = HexBytes.From(signature) }] };
        return new LightBlock(new SignedHeader(header, commit), s_validators);
    }

    private static byte[] PublicKeyOf(byte[] secret)
    {
        var key = new byte[32];
        Ed25519.GeneratePublicKey(secret, 0, key, 0);
        return key;
    }

    private static Header HeaderOf(long height, Hash256 dataHash) => new()
    {
        Version = new ConsensusVersion(11, 1),
        ChainId = "test-1",
        Height = height,
        Time = new CometTime(1_790_000_000 + height, 123_456_789),
        LastBlockId = new BlockId(Hash256.Of("last"u8), new PartSetHeader(1, Hash256.Of("last parts"u8))),
        LastCommitHash = Hash256.Of("last commit"u8),
        DataHash = dataHash,
        ValidatorsHash = s_validators.Hash(),
        NextValidatorsHash = s_validators.Hash(),
        ConsensusHash = Hash256.Of("consensus"u8),
        AppHash = HexBytes.From(Hash256.Of("state"u8).Span),
        LastResultsHash = MerkleHash.EmptyRoot,
        EvidenceHash = MerkleHash.EmptyRoot,
        ProposerAddress = s_validators.Validators[0].Address,
    };
}
