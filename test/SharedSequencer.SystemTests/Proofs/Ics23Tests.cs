using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.SystemTests.Proofs;

/// <summary>A stock ICS-23 verifier takes the state tree's proofs, and none that was changed.</summary>
internal sealed class Ics23Tests
{
    [Test]
    public async Task Proofs_of_existence_and_of_absence_are_accepted_in_trees_of_every_size()
    {
        List<Ics23Case> cases = [];
        foreach (var count in new[] { 1, 2, 3, 10, 100, 2000 })
        {
            var (tree, entries) = RandomTree(new Random(count), count);
            foreach (var entry in entries.Take(20))
                cases.Add(Case(tree, entry.Key, entry.Value));
            for (var i = 0; i < 20; i++)
                cases.Add(Case(tree, Hash256.Of([(byte)i]).Span.ToArray(), null));
        }

        var verdicts = await Ics23Verifier.VerifyAsync(cases);

        Assert.That(verdicts.Where(v => !v.Accepted).Select(v => v.Reason), Is.Empty);
    }

    [Test]
    public async Task A_proof_with_one_byte_of_a_key_a_value_or_a_sibling_changed_is_refused()
    {
        var random = new Random(7);
        var (tree, entries) = RandomTree(random, 50);
        var present = Case(tree, entries[0].Key, entries[0].Value);
        var absent = Case(tree, new byte[] { 1, 2, 3 }, null);
        List<Ics23Case> cases = [present, absent];
        foreach (var one in new[] { present, absent })
        {
            // Not every byte: this verifier's protobuf reader passes over wire types and unknown fields.
            foreach (var i in ContentBytes(one.Proof))
                cases.Add(one with { Proof = Flip(one.Proof, i, random) });
            cases.Add(one with { Root = Hash256.Of("another root"u8) });
            cases.Add(one with { Key = Flip(one.Key, 0, random) });
        }

        cases.Add(present with { Value = Flip(present.Value!, 0, random) });
        cases.Add(present with { Value = null });
        cases.Add(absent with { Value = [1] });

        var verdicts = await Ics23Verifier.VerifyAsync(cases);

        Assert.That(cases, Has.Count.GreaterThan(500));
        Assert.That(verdicts.Take(2).Select(v => v.Accepted), Is.All.True, "unchanged");
        var believed = Enumerable.Range(2, cases.Count - 2).Where(i => verdicts[i].Accepted).Select(i => Convert.ToHexStringLower(cases[i].Proof));
        Assert.That(believed, Is.Empty);
    }

    private static (StateTree Tree, StateChange[] Entries) RandomTree(Random random, int count)
    {
        var entries = new StateChange[count];
        for (var i = 0; i < count; i++)
            entries[i] = new StateChange(RandomBytes(random, random.Next(8, 40)), RandomBytes(random, random.Next(8, 30)));
        return (StateTree.Empty.Apply(entries), entries);
    }

    private static Ics23Case Case(StateTree tree, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value) =>
        new(tree.Root, key.ToArray(), value?.ToArray(), tree.Prove(key.Span)!.ToProtobuf());

    /// <summary>Where the proof's keys, values and siblings are.</summary>
    private static IEnumerable<int> ContentBytes(byte[] proof)
    {
        Assert.That(StateProof.TryParse(proof, out var parsed), Is.True);
        List<byte[]> parts = [];
        foreach (var existence in new[] { parsed!.Existence, parsed.Absence?.Left, parsed.Absence?.Right })
        {
            if (existence is null)
                continue;
            parts.Add(existence.Key.ToArray());
            parts.Add(existence.Value.ToArray());
            foreach (var step in existence.Steps.ToArray())
                parts.Add(step.Sibling.Span.ToArray());
        }

        return parts.SelectMany(part => Enumerable.Range(proof.AsSpan().IndexOf(part), part.Length));
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Flip(byte[] bytes, int index, Random random)
    {
        byte[] changed = [.. bytes];
        changed[index] ^= (byte)(1 << random.Next(8));
        return changed;
    }
}
