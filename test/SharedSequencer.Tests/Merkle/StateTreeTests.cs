using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

public sealed class StateTreeTests
{
    [Test]
    public void Roots_are_those_of_the_vectors_in_one_batch_and_entry_by_entry()
    {
        foreach (var vector in VectorFiles.Own("state-tree/state-tree.json").GetProperty("trees").EnumerateArray())
        {
            StateChange[] entries = [.. vector.GetProperty("entries").EnumerateArray().Select(entry => new StateChange(
                Convert.FromHexString(entry[0].GetString()!), Convert.FromHexString(entry[1].GetString()!)))];
            var oneByOne = StateTree.Empty;
            foreach (var entry in entries)
                oneByOne = oneByOne.Apply([entry]);
            var batch = StateTree.Empty.Apply(entries);

            Assert.That(batch.Root.ToArray(), Is.EqualTo(vector.Hex("root")));
            Assert.That(oneByOne.Root, Is.EqualTo(batch.Root));
            Assert.That((batch.Count, oneByOne.Count), Is.EqualTo((entries.Length, entries.Length)));
        }
    }

    /// <summary>Each change takes a key out of 64, so that replacing, deleting and deleting what is absent all occur.</summary>
    [FsCheck.NUnit.Property(MaxTest = 150)]
    public void Any_history_gives_the_root_of_the_set_it_leaves(byte[][] batches)
    {
        var tree = StateTree.Empty;
        var model = new Dictionary<string, byte[]>();
        foreach (var batch in batches)
        {
            var before = (tree, Root: tree.Root, Entries: model.ToArray());
            tree = tree.Apply(Changes(batch, model));

            Assert.That(tree.Root, Is.EqualTo(NaiveState.Root(model)));
            Assert.That(tree.Count, Is.EqualTo(model.Count));
            ReadsAs(tree, model);

            // The older version is what it was.
            Assert.That(before.tree.Root, Is.EqualTo(before.Root));
            ReadsAs(before.tree, before.Entries.ToDictionary());
        }
    }

    [Test]
    public void Ten_thousand_random_inserts_and_deletes_keep_the_tree_a_function_of_its_set()
    {
        var random = new Random(20261123);
        var tree = StateTree.Empty;
        var model = new Dictionary<string, byte[]>();
        for (var step = 0; step < 200; step++)
        {
            var bytes = new byte[50];
            random.NextBytes(bytes);
            tree = tree.Apply(Changes(bytes, model, keys: 2000, random));
            var keys = model.Keys.ToArray();
            random.Shuffle(keys);
            var fresh = StateTree.Empty.Apply([.. keys.Select(key => new StateChange(Convert.FromHexString(key), model[key]))]);

            Assert.That(tree.Root, Is.EqualTo(fresh.Root));
            if (step % 20 == 0)
                Assert.That(tree.Root, Is.EqualTo(NaiveState.Root(model)));
        }
    }

    [Test]
    public void Taking_everything_out_leaves_the_empty_tree()
    {
        StateChange[] entries = [.. Enumerable.Range(0, 100).Select(i => new StateChange(new[] { (byte)i }, new[] { (byte)i }))];
        var tree = StateTree.Empty.Apply(entries);
        var emptied = tree.Apply([.. entries.Select(entry => entry with { Value = null })]);

        Assert.That(emptied.Root, Is.EqualTo(Hash256.Zero));
        Assert.That(emptied.Count, Is.Zero);
        Assert.That(tree.Count, Is.EqualTo(100));
    }

    [Test]
    public void Changing_nothing_gives_the_same_tree()
    {
        var tree = StateTree.Empty.Apply([new StateChange(new byte[] { 1 }, new byte[] { 1 }), new StateChange(new byte[] { 2 }, new byte[] { 2 })]);

        Assert.That(tree.Apply([]), Is.SameAs(tree));
        Assert.That(tree.Apply([new StateChange(new byte[] { 3 }, null)]).Root, Is.EqualTo(tree.Root));
    }

    [Test]
    public void A_key_twice_in_a_batch_and_empty_keys_and_values_are_refused()
    {
        byte[] one = [1];

        Assert.That(() => StateTree.Empty.Apply([new StateChange(one, one), new StateChange(one, null)]), Throws.ArgumentException);
        Assert.That(() => StateTree.Empty.Apply([new StateChange(default, one)]), Throws.ArgumentException);
        Assert.That(() => StateTree.Empty.Apply([new StateChange(one, ReadOnlyMemory<byte>.Empty)]), Throws.ArgumentException);
    }

    [Test]
    public void The_tree_keeps_its_own_copy_of_keys_and_values()
    {
        byte[] key = [1];
        byte[] value = [2];
        var tree = StateTree.Empty.Apply([new StateChange(key, value)]);
        key[0] = value[0] = 9;

        Assert.That(tree.TryGet([1], out var stored), Is.True);
        Assert.That(stored.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    /// <summary>
    /// Paths that share 60 to 255 bits cannot be found by hashing in a test, but by an attacker some can: the bits
    /// beyond the 64 that an inner node keeps must be told apart too.
    /// </summary>
    [Test]
    public void Paths_that_agree_in_many_bits_are_told_apart()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var model = new Dictionary<Hash256, byte[]>();
            StateNode? root = null;
            var start = new byte[32];
            random.NextBytes(start);
            for (var batch = 0; batch < 6; batch++)
            {
                var changes = new Dictionary<Hash256, byte[]?>();
                for (var i = 0; i < 8; i++)
                {
                    var path = (byte[])start.Clone();
                    for (var flips = random.Next(1, 4); flips > 0; flips--)
                    {
                        var bit = random.Next(4) == 0 ? random.Next(256) : random.Next(56, 76);
                        path[bit / 8] ^= (byte)(0x80 >> (bit % 8));
                    }

                    changes[Hash256.From(path)] = random.Next(3) == 0 ? null : [(byte)batch, (byte)i];
                }

                foreach (var (path, value) in changes)
                {
                    if (value is null)
                        model.Remove(path);
                    else
                        model[path] = value;
                }

                StateChange[] list = [.. changes.Select(change =>
                    new StateChange(change.Key.ToArray(), change.Value is null ? null : (ReadOnlyMemory<byte>?)change.Value))];
                root = StateBatch.Sorted([.. changes.Keys], list).ApplyTo(root);
                var expected = NaiveState.RootOfPaths([.. model.Select(entry => (entry.Key.ToArray(), entry.Value))]);
                Assert.That(root?.Hash ?? Hash256.Zero, Is.EqualTo(expected));
            }
        }
    }

    internal static StateChange[] Changes(byte[] seeds, Dictionary<string, byte[]> model, int keys = 64, Random? random = null)
    {
        var changes = new Dictionary<string, byte[]?>();
        for (var i = 0; i < seeds.Length; i++)
        {
            var key = Convert.ToHexString(BitConverter.GetBytes(random?.Next(keys) ?? seeds[i] % keys));
            changes[key] = seeds[i] >= 192 ? null : [seeds[i], (byte)i];
        }

        foreach (var (key, value) in changes)
        {
            if (value is null)
                model.Remove(key);
            else
                model[key] = value;
        }

        return [.. changes.Select(change => new StateChange(
            Convert.FromHexString(change.Key), change.Value is null ? null : (ReadOnlyMemory<byte>?)change.Value))];
    }

    private static void ReadsAs(StateTree tree, Dictionary<string, byte[]> model)
    {
        for (var i = 0; i < 64; i++)
        {
            var key = BitConverter.GetBytes(i);
            var isThere = tree.TryGet(key, out var value);
            Assert.That(isThere, Is.EqualTo(model.TryGetValue(Convert.ToHexString(key), out var expected)));
            if (isThere)
                Assert.That(value.ToArray(), Is.EqualTo(expected));
        }
    }
}
