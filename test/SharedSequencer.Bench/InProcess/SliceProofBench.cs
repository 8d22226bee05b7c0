using System.Diagnostics;
using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Cryptography;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Bench.InProcess;

/// <summary>Proofs that a slice is complete, and that a namespace has none, in a block of many namespaces.</summary>
internal sealed class SliceProofBench : IBench
{
    private const int Namespaces = 1_000;
    private const int Entries = 10_000;
    private const int PayloadBytes = 100;
    private const int Rounds = 3;

    public string Name => "slice-proof";

    public string Description => "proofs of slices: 1,000 namespaces, 10,000 entries in one block";

    public Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        var key = LoadKeys.Of(0);
        var ids = Enumerable.Range(0, Namespaces).Select(i => NamespaceId.OfName($"rollup-{i}")).ToArray();
        var transactions = Transactions(key, ids);
        var entries = BlockEntries.Of(transactions);
        var tree = entries.BuildTree();
        var preamble = new Preamble
        {
            Height = 1,
            NamespaceRoot = tree.Root.ToArray(),
            EntryCount = entries.Count,
            PayloadBytes = entries.PayloadBytes,
            ForcedCount = 0,
        }.Encode();
        var data = DataTree(preamble, transactions);

        List<double> make = [], check = [];
        var size = 0;
        for (var round = 0; round <= Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var id in ids)
            {
                var start = Stopwatch.GetTimestamp();
                var proof = tree.Prove(id);
                var inclusion = data.ProveInclusion(0);
                var made = Stopwatch.GetElapsedTime(start).TotalMilliseconds;

                var leaves = entries.ByNamespace[id].Select(e => (ReadOnlyMemory<byte>)e.LeafData()).ToArray();
                start = Stopwatch.GetTimestamp();
                var isProven = Check(proof, inclusion, preamble, data.Root, id, leaves);
                var checkedIn = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (!isProven)
                    throw new InvalidDataException($"The proof of namespace {id} does not verify.");
                size = Math.Max(size, 8 + (proof.Nodes.Length * NamespacedHash.Length) + 16 + (inclusion.Aunts.Length * Hash256.Length) + preamble.Length);
                if (round == 0)
                    continue;
                make.Add(made);
                check.Add(checkedIn);
            }
        }

        IReadOnlyList<Figure> figures =
        [
            Summary("slice-proof-make", make),
            Summary("slice-proof-check", check),
            Figure.AtMost("slice-proof-size", "bytes", [size], 2048, "the largest; nodes, aunts, places and preamble, the slice's entries and the header apart"),
        ];
        return Task.FromResult(figures);
    }

    private static Figure Summary(string name, List<double> times) => Figure.AtMost(
        name, "ms", [.. Enumerable.Range(0, Rounds).Select(r => Statistics.Median(times[(r * Namespaces)..((r + 1) * Namespaces)]))], 1, $"p99 {Statistics.Percentile(times, 99):0.0000} ms");

    /// <summary>Preamble at index 0 of data_hash, then all of the namespace's entries below the preamble's root.</summary>
    private static bool Check(NamespaceProof proof, InclusionProof inclusion, byte[] preamble, Hash256 dataHash, NamespaceId id, ReadOnlyMemory<byte>[] leaves) =>
        inclusion.Verify(dataHash, 0, MerkleHash.Leaf(Hash256.Of(preamble).Span))
        && Preamble.TryDecode(preamble, out var decoded, out _)
        && NamespacedHash.TryRead(decoded.NamespaceRoot.Span, out var root)
        && proof.Verify(root, (int)decoded.EntryCount, id, leaves) == NamespaceVerdict.Present;

    private static SignedTransaction[] Transactions(SecretKey key, NamespaceId[] ids)
    {
        var random = new Random(1);
        var transactions = new SignedTransaction[Entries];
        for (var i = 0; i < Entries; i++)
        {
            var payload = new byte[PayloadBytes];
            random.NextBytes(payload);
            transactions[i] = SignedTransaction.Sign(LoadGenesis.Body((ulong)i, BenchChain.Expiry, new SubmitData(ids[i % Namespaces], payload)), key);
        }

        return transactions;
    }

    private static MerkleTree DataTree(byte[] preamble, SignedTransaction[] transactions)
    {
        var leaves = new Hash256[transactions.Length + 1];
        leaves[0] = MerkleHash.Leaf(Hash256.Of(preamble).Span);
        for (var i = 0; i < transactions.Length; i++)
            leaves[i + 1] = MerkleHash.Leaf(transactions[i].Id.Span);
        return MerkleTree.Build(leaves);
    }
}
