using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

/// <summary>The vectors made by running celestiaorg/nmt: each root, each proof made, each proof refused.</summary>
public sealed class NamespacedMerkleVectorTests
{
    private static readonly JsonElement s_vectors = VectorFiles.Own("nmt/nmt.json");

    private static IEnumerable<TestCaseData> Trees() =>
        s_vectors.GetProperty("trees").EnumerateArray()
            .Select(tree => new TestCaseData(tree).SetArgDisplayNames(tree.GetProperty("name").GetString()!));

    [TestCaseSource(nameof(Trees))]
    public void The_root_is_that_of_nmt(JsonElement tree) =>
        Assert.That(Build(tree).Root.ToArray(), Is.EqualTo(tree.Hex("root")));

    [TestCaseSource(nameof(Trees))]
    public void Our_proofs_are_those_of_nmt(JsonElement tree)
    {
        var built = Build(tree);
        var compared = 0;
        foreach (var vector in tree.GetProperty("proofs").EnumerateArray())
        {
            if (vector.GetProperty("why").GetString() is not ("present" or "absent"))
                continue;
            var proof = built.Prove(NamespaceId.From(vector.Hex("ns")));
            Assert.That(proof.Start, Is.EqualTo(vector.GetProperty("start").GetInt32()));
            Assert.That(proof.End, Is.EqualTo(vector.GetProperty("end").GetInt32()));
            Assert.That(
                proof.Nodes.ToArray().Select(node => node.ToString()),
                Is.EqualTo(vector.GetProperty("nodes").EnumerateArray().Select(node => node.GetString())));
            Assert.That(proof.AbsenceLeaf?.ToString() ?? "", Is.EqualTo(vector.GetProperty("leaf_hash").GetString()));
            compared++;
        }

        Assert.That(compared, Is.Positive);
    }

    [TestCaseSource(nameof(Trees))]
    public void Every_proof_is_judged_as_a_strict_verifier_must(JsonElement tree)
    {
        Assert.That(NamespacedHash.TryRead(tree.Hex("root"), out var root), Is.True);
        var count = tree.GetProperty("leaves").GetArrayLength();
        foreach (var vector in tree.GetProperty("proofs").EnumerateArray())
        {
            var verdict = Judge(vector, root, count);
            Assert.That(verdict.IsProven(), Is.EqualTo(vector.GetProperty("valid").GetBoolean()), $"{vector} got {verdict}");
            if (verdict.IsProven())
                Assert.That(verdict.ToString().ToLowerInvariant(), Is.EqualTo(vector.GetProperty("why").GetString()));
        }
    }

    private static NamespaceVerdict Judge(JsonElement vector, in NamespacedHash root, int count)
    {
        var nodes = new List<NamespacedHash>();
        foreach (var item in vector.GetProperty("nodes").EnumerateArray())
        {
            if (!NamespacedHash.TryRead(Convert.FromHexString(item.GetString()!), out var node))
                return NamespaceVerdict.NodesOutOfOrder;
            nodes.Add(node);
        }

        NamespacedHash? absenceLeaf = null;
        var leafBytes = vector.Hex("leaf_hash");
        if (leafBytes.Length != 0)
        {
            if (!NamespacedHash.TryRead(leafBytes, out var leaf))
                return NamespaceVerdict.BadAbsenceLeaf;
            absenceLeaf = leaf;
        }

        var proof = new NamespaceProof(
            vector.GetProperty("start").GetInt32(), vector.GetProperty("end").GetInt32(), [.. nodes], absenceLeaf);
        ReadOnlyMemory<byte>[] leaves = [.. vector.GetProperty("leaves").EnumerateArray()
            .Select(leaf => new ReadOnlyMemory<byte>(Convert.FromHexString(leaf.GetString()!)))];
        return proof.Verify(root, count, NamespaceId.From(vector.Hex("ns")), leaves);
    }

    private static NamespacedMerkleTree Build(JsonElement tree)
    {
        NamespacedLeaf[] leaves = [.. tree.GetProperty("leaves").EnumerateArray()
            .Select(leaf => new NamespacedLeaf(NamespaceId.From(leaf.Hex("ns")), leaf.Hex("data")))];
        return NamespacedMerkleTree.Build(leaves);
    }
}
