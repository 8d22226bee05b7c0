using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

public sealed class StateProofTests
{
    [Test]
    public void Our_proofs_are_byte_for_byte_those_that_ics23_accepted()
    {
        foreach (var vector in VectorFiles.Own("state-tree/state-tree.json").GetProperty("trees").EnumerateArray())
        {
            var tree = StateTree.Empty.Apply([.. vector.GetProperty("entries").EnumerateArray().Select(entry => new StateChange(
                Convert.FromHexString(entry[0].GetString()!), Convert.FromHexString(entry[1].GetString()!)))]);
            foreach (var item in vector.GetProperty("proofs").EnumerateArray())
            {
                var key = item.Hex("key");
                var proof = tree.Prove(key)!;
                Assert.That(proof.ToProtobuf(), Is.EqualTo(item.Hex("proof")));

                Assert.That(StateProof.TryParse(item.Hex("proof"), out var parsed), Is.True);
                if (item.GetProperty("value").ValueKind == JsonValueKind.Null)
                {
                    Assert.That(parsed!.VerifyAbsent(tree.Root, key), Is.True);
                    Assert.That(parsed.VerifyPresent(tree.Root, key, [1]), Is.False);
                }
                else
                {
                    Assert.That(parsed!.VerifyPresent(tree.Root, key, item.Hex("value")), Is.True);
                    Assert.That(parsed.VerifyPresent(tree.Root, key, [.. item.Hex("value"), 0]), Is.False);
                    Assert.That(parsed.VerifyAbsent(tree.Root, key), Is.False);
                }
            }
        }
    }

    [Test]
    public void The_proof_of_existence_of_the_ics23_vectors_is_accepted()
    {
        var vector = VectorFiles.Read(Path.Combine(VectorFiles.ForeignFolder("ics23"), "smt_exist_left.json"));
        var root = Hash256.From(vector.Hex("root"));

        Assert.That(StateProof.TryParse(vector.Hex("proof"), out var proof), Is.True);
        Assert.That(proof!.VerifyPresent(root, vector.Hex("key"), vector.Hex("value")), Is.True);
        Assert.That(proof.VerifyPresent(Hash256.Zero, vector.Hex("key"), vector.Hex("value")), Is.False);
    }

    [Test]
    public void The_proof_of_absence_of_the_ics23_vectors_is_accepted()
    {
        var vector = VectorFiles.Read(Path.Combine(VectorFiles.ForeignFolder("ics23"), "smt_nonexist_middle.json"));
        var root = Hash256.From(vector.Hex("root"));
        var key = vector.Hex("key");
        Assert.That(StateProof.TryParse(vector.Hex("proof"), out var proof), Is.True);
        var (left, right) = (proof!.Absence!.Left, proof.Absence.Right);

        // That tree's maker wrote the hashed key into the proof; ours holds the key itself and checks it.
        Assert.That(proof.VerifyAbsent(root, key), Is.False);
        Assert.That(new AbsenceProof(key, left, right).Verify(root, key), Is.True);
        Assert.That(new AbsenceProof(key, right, left).Verify(root, key), Is.False);
        Assert.That(new AbsenceProof(key, left, null).Verify(root, key), Is.False);
        Assert.That(new AbsenceProof(key, null, right).Verify(root, key), Is.False);
        Assert.That(new AbsenceProof(left!.Key, left, right).Verify(root, left.Key.Span), Is.False);
    }

    [Test]
    public void Every_key_of_every_small_tree_is_proven_present_or_absent_as_it_is()
    {
        var random = new Random(23);
        for (var round = 0; round < 100; round++)
        {
            var model = new Dictionary<string, byte[]>();
            var seeds = new byte[random.Next(1, 40)];
            random.NextBytes(seeds);
            var tree = StateTree.Empty.Apply(StateTreeTests.Changes(seeds, model));
            if (tree.Count == 0)
                continue;
            for (var i = 0; i < 64; i++)
            {
                var key = BitConverter.GetBytes(i);
                var proof = tree.Prove(key)!;
                var isThere = model.TryGetValue(Convert.ToHexString(key), out var value);

                Assert.That(proof.VerifyPresent(tree.Root, key, value ?? [1]), Is.EqualTo(isThere));
                Assert.That(proof.VerifyAbsent(tree.Root, key), Is.EqualTo(!isThere));
            }
        }
    }

    [Test]
    public void No_pair_of_entries_proves_the_absence_of_a_key_that_is_there()
    {
        for (var count = 1; count <= 12; count++)
        {
            var keys = Enumerable.Range(0, count).Select(i => BitConverter.GetBytes(i)).ToArray();
            var tree = StateTree.Empty.Apply([.. keys.Select(key => new StateChange(key, key))]);
            ExistenceProof?[] entries = [null, .. keys.Select(key => tree.Prove(key)!.Existence)];
            foreach (var key in keys)
            {
                foreach (var left in entries)
                {
                    foreach (var right in entries)
                        Assert.That(new AbsenceProof(key, left, right).Verify(tree.Root, key), Is.False);
                }
            }
        }
    }

    [Test]
    public void A_proof_with_any_byte_altered_is_refused()
    {
        var tree = StateTree.Empty.Apply([.. Enumerable.Range(0, 20).Select(i =>
            new StateChange(BitConverter.GetBytes(i), BitConverter.GetBytes(i + 1)))]);
        var present = BitConverter.GetBytes(7);
        var absent = BitConverter.GetBytes(77);
        foreach (var (key, bytes) in new[] { (present, tree.Prove(present)!.ToProtobuf()), (absent, tree.Prove(absent)!.ToProtobuf()) })
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                for (var bit = 0; bit < 8; bit++)
                {
                    var altered = (byte[])bytes.Clone();
                    altered[i] ^= (byte)(1 << bit);
                    if (!StateProof.TryParse(altered, out var proof))
                        continue;
                    Assert.That(proof.VerifyPresent(tree.Root, key, BitConverter.GetBytes(8)), Is.False, $"byte {i}");
                    Assert.That(proof.VerifyAbsent(tree.Root, key), Is.False, $"byte {i}");
                }
            }

            for (var length = 0; length < bytes.Length; length++)
                Assert.That(StateProof.TryParse(bytes.AsSpan(0, length), out _), Is.False);
        }
    }

    [Test]
    public void Encodings_other_than_the_canonical_one_are_refused()
    {
        var tree = StateTree.Empty.Apply([new StateChange("a"u8.ToArray(), "b"u8.ToArray())]);
        var bytes = tree.Prove("a"u8)!.ToProtobuf();
        byte[] content = bytes[2..];

        Assert.That(StateProof.TryParse(bytes, out _), Is.True);
        Assert.That(StateProof.TryParse([0x0a, (byte)(content.Length | 0x80), 0, .. content], out _), Is.False, "a long varint");
        Assert.That(StateProof.TryParse([0x0a, (byte)(content.Length + 2), .. content, 0x30, 1], out _), Is.False, "an unknown field");
        Assert.That(StateProof.TryParse([0x0a, (byte)(content.Length + 3), 0x0a, 1, (byte)'a', .. content], out _), Is.False, "a field twice");
        Assert.That(StateProof.TryParse([0x1a, .. bytes[1..]], out _), Is.False, "a batch");
        Assert.That(StateProof.TryParse([.. bytes, .. bytes], out _), Is.False, "two proofs");
        Assert.That(StateProof.TryParse([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], out _), Is.False, "a huge length");
    }

    [Test]
    public void The_empty_tree_has_no_proof_and_an_empty_key_neither()
    {
        Assert.That(StateTree.Empty.Prove([1]), Is.Null);
        Assert.That(() => StateTree.Empty.Prove([]), Throws.ArgumentException);
        Assert.That(new AbsenceProof(new byte[] { 1 }, null, null).Verify(Hash256.Zero, [1]), Is.False);
    }
}
