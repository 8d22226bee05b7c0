using System.Text;
using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

public sealed class AppHashTests
{
    [Test]
    public void The_app_hash_and_its_proof_operators_are_those_that_cometbft_light_accepted()
    {
        var cases = VectorFiles.Own("simple-map/app-hash.json").GetProperty("cases");
        Assert.That(cases.GetArrayLength(), Is.EqualTo(3));
        foreach (var vector in cases.EnumerateArray())
        {
            var stateRoot = Hash256.From(vector.Hex("state_root"));
            var (inner, outer) = AppHash.Prove(stateRoot);
            var ops = vector.GetProperty("ops");

            Assert.That(AppHash.Of(stateRoot).ToArray(), Is.EqualTo(vector.Hex("app_hash")));
            Assert.That(inner.Key.ToArray(), Is.EqualTo(ops[0].Hex("key")));
            Assert.That(inner.ToValueOp(), Is.EqualTo(ops[0].Hex("data")));
            Assert.That(outer.Key.ToArray(), Is.EqualTo(ops[1].Hex("key")));
            Assert.That(outer.ToValueOp(), Is.EqualTo(ops[1].Hex("data")));
            Assert.That(ops[0].GetProperty("type").GetString(), Is.EqualTo(SimpleMapProof.OperatorType));
        }
    }

    [Test]
    public void The_proof_of_an_entry_among_several_carries_total_index_and_aunts()
    {
        var leaves = Enumerable.Range(0, 3).Select(i => SimpleMapProof.LeafHash(Encoding.ASCII.GetBytes($"key{i}"), [(byte)i])).ToArray();
        var tree = MerkleTree.Build(leaves);
        var op = new SimpleMapProof("key2"u8.ToArray(), tree.ProveInclusion(2)).ToValueOp();
        var aunt = MerkleHash.Inner(leaves[0], leaves[1]);

        byte[] proof = [0x08, 3, 0x10, 2, 0x1a, 32, .. leaves[2].Span, 0x22, 32, .. aunt.Span];
        Assert.That(op, Is.EqualTo((byte[])[0x0a, 4, .. "key2"u8, 0x12, (byte)proof.Length, .. proof]));
    }

    [Test]
    public void A_key_that_would_not_be_a_map_key_is_refused([Values(0, 128)] int length) =>
        Assert.That(() => SimpleMapProof.LeafHash(new byte[length], []), Throws.ArgumentException);
}
