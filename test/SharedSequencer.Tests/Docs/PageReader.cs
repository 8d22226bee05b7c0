using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using static SharedSequencer.Tests.Docs.PageWire;

namespace SharedSequencer.Tests.Docs;

/// <summary>
/// Somebody who reads the page and follows it: recomputes each value from those before it, with code of their own. Only
/// signatures and addresses are left to a library, as they would be anywhere.
/// </summary>
internal sealed class PageReader(VerifierPage page)
{
    private readonly List<string> _faults = [];

    /// <summary>The values that are not what the page's rules make of the others.</summary>
    public List<string> Recompute()
    {
        Transactions();
        Entries();
        NamespaceTree();
        Preamble();
        Validators();
        Header();
        Commit();
        SliceLog();
        State();
        return _faults;
    }

    private void Transactions()
    {
        var tag = H("sharedsequencer/tx/v1"u8.ToArray());
        foreach (var (account, id) in new[] { ("alice", "tx1"), ("bob", "tx2") })
        {
            Holds($"{account}.address", AccountId.From(page.Bytes($"{account}.key")).ToString() == page.Text($"{account}.address"));
            Is($"{id}.id", H(page.Bytes($"{id}.bytes")));
        }

        var body = page.Bytes("tx1.body");
        Is("tx1.bytes", Join(Buf(1, body), Buf(2, page.Bytes("alice.key")), Buf(3, page.Bytes("tx1.signature"))));
        Holds("tx1.signature", Schnorr.Verify(page.Bytes("alice.key"), H(tag, tag, body), page.Bytes("tx1.signature")));

        // The actions that the entries are made of stand in the bodies, and the chain's id does.
        Holds("tx1.body", Contains(body, Buf(1, page.Utf8("chain_id"))) && Contains(body, Submit("alpha", "hello")) && Contains(body, Submit("notes", "first note")));
        var second = page.Bytes("tx2.bytes");
        Holds("tx2.bytes", Contains(second, Submit("alpha", "world")) && Contains(second, Buf(2, page.Bytes("bob.key"))));
        var signed = second[2..(second.Length - 34 - 66)];
        Holds("tx2.bytes", Schnorr.Verify(page.Bytes("bob.key"), H(tag, tag, signed), second[^64..]));
    }

    private byte[] Submit(string space, string payload) => Buf(6, Buf(1, Join(Buf(1, page.Bytes($"{space}.id")), Buf(2, Text(payload)))));

    private void Entries()
    {
        foreach (var name in new[] { "alpha", "notes", "quiet", "other" })
            Is($"{name}.id", H("sharedsequencer/namespace/v1"u8.ToArray(), page.Utf8($"{name}.name"))[..8]);
        var (alice, bob) = (page.Bytes("alice.key"), page.Bytes("bob.key"));
        Is("alpha.entry0.leaf", Join(U32(1), U32(0), alice, Text("hello")));
        Is("notes.entry0.leaf", Join(U32(1), U32(1), alice, Text("first note")));
        Is("alpha.entry1.leaf", Join(U32(2), U32(0), bob, Text("world")));
    }

    private void NamespaceTree()
    {
        var (alpha, notes) = (page.Bytes("alpha.id"), page.Bytes("notes.id"));
        Is("nmt.node0", Node(notes, page.Bytes("notes.entry0.leaf")));
        Is("nmt.node1", Node(alpha, page.Bytes("alpha.entry0.leaf")));
        Is("nmt.node2", Node(alpha, page.Bytes("alpha.entry1.leaf")));
        Is("nmt.node01", Combine(page.Bytes("nmt.node0"), page.Bytes("nmt.node1")));
        Is("nmt.root", Combine(page.Bytes("nmt.node01"), page.Bytes("nmt.node2")));

        // The proofs of absence are what the page says: inside the root's range, and outside of it.
        var root = page.Bytes("nmt.root");
        Holds("quiet.id", IsBelow(page.Bytes("nmt.node0")[8..16], page.Bytes("quiet.id")) && IsBelow(page.Bytes("quiet.id"), page.Bytes("nmt.node1")[..8]));
        Holds("other.id", IsBelow(root[8..16], page.Bytes("other.id")));
    }

    private void Preamble()
    {
        Is("preamble", Join(
            Num(1, 1), Num(2, page.Number("header.height")), Buf(3, page.Bytes("nmt.root")), Num(4, 3), Num(5, "hellofirst noteworld".Length), Num(6, 0)));
        var items = new[] { "preamble", "tx1.bytes", "tx2.bytes" }.Select(name => H(page.Bytes(name))).ToArray();
        for (var i = 0; i < items.Length; i++)
            Is($"data.leaf{i}", Leaf(items[i]));
        Is("data.node01", Inner(page.Bytes("data.leaf0"), page.Bytes("data.leaf1")));
        Is("data_hash", Inner(page.Bytes("data.node01"), page.Bytes("data.leaf2")));
        Is("data_hash", Mth(items));
    }

    private void Validators()
    {
        for (var i = 0; i < 3; i++)
        {
            Is($"v{i}.address", H(page.Bytes($"v{i}.key"))[..20]);
            Is($"v{i}.leaf", Join(Always(1, Buf(1, page.Bytes($"v{i}.key"))), Num(2, page.Number($"v{i}.power"))));
        }

        Is("validators_hash", Mth([.. Enumerable.Range(0, 3).Select(i => page.Bytes($"v{i}.leaf"))]));
    }

    private void Header()
    {
        byte[][] leaves =
        [
            Join(Num(1, page.Number("header.version.block")), Num(2, page.Number("header.version.app"))),
            Buf(1, page.Utf8("chain_id")),
            Num(1, page.Number("header.height")),
            Time("header.time"),
            Join(
                Buf(1, page.Bytes("header.last_block_id.hash")),
                Always(2, Join(Num(1, page.Number("header.last_block_id.parts.total")), Buf(2, page.Bytes("header.last_block_id.parts.hash"))))),
            Buf(1, page.Bytes("header.last_commit_hash")),
            Buf(1, page.Bytes("data_hash")),
            Buf(1, page.Bytes("validators_hash")),
            Buf(1, page.Bytes("validators_hash")),
            Buf(1, page.Bytes("header.consensus_hash")),
            Buf(1, page.Bytes("header.app_hash")),
            Buf(1, page.Bytes("header.last_results_hash")),
            Buf(1, page.Bytes("header.evidence_hash")),
            Buf(1, page.Bytes("header.proposer_address")),
        ];
        for (var i = 0; i < leaves.Length; i++)
            Is($"header.leaf{i}", leaves[i]);
        Is("header.hash", Mth(leaves));
        Is("header.evidence_hash", H());
        Is("header.last_results_hash", H());
        Is("header.proposer_address", page.Bytes("v0.address"));
    }

    private void Commit()
    {
        var blockId = Join(
            Buf(1, page.Bytes("header.hash")), Always(2, Join(Num(1, page.Number("commit.parts.total")), Buf(2, page.Bytes("commit.parts.hash")))));
        byte[] votes = [];
        long signed = 0;
        for (var i = 0; i < 2; i++)
        {
            var vote = Join(
                Num(1, 2), SFixed64(2, page.Number("header.height")), SFixed64(3, page.Number("commit.round")), Always(4, blockId),
                Always(5, Time($"v{i}.time")), Buf(6, page.Utf8("chain_id")));
            Is($"v{i}.sign_bytes", Join(Varint((ulong)vote.Length), vote));
            Holds($"v{i}.signature", Ed25519.Verify(page.Bytes($"v{i}.key"), page.Bytes($"v{i}.sign_bytes"), page.Bytes($"v{i}.signature")));
            signed += page.Number($"v{i}.power");
            votes = Join(votes, Always(4, Join(
                Num(1, 2), Buf(2, page.Bytes($"v{i}.address")), Always(3, Time($"v{i}.time")), Buf(4, page.Bytes($"v{i}.signature")))));
        }

        votes = Join(votes, Always(4, Join(Num(1, 1), Always(3, Num(1, -62135596800)))));
        Holds("v2.power", signed == 17 && signed + page.Number("v2.power") == 20 && 3 * signed > 2 * 20);
        var commit = Join(Num(1, page.Number("header.height")), Num(2, page.Number("commit.round")), Always(3, blockId), votes);
        Is("light_block", Join(Always(1, Join(Always(1, HeaderMessage()), Always(2, commit))), Always(2, ValidatorSet())));
    }

    private byte[] HeaderMessage()
    {
        // The leaves are the fields' own messages, or messages around them.
        byte[] fields = [];
        for (var i = 0; i < 14; i++)
        {
            var leaf = page.Bytes($"header.leaf{i}");
            fields = Join(fields, i switch
            {
                0 or 3 or 4 => Always(i + 1, leaf),
                2 => Num(3, page.Number("header.height")),
                _ => Buf(i + 1, leaf[2..]),
            });
        }

        return fields;
    }

    private byte[] ValidatorSet()
    {
        byte[][] members = [.. Enumerable.Range(0, 3).Select(i => Join(
            Buf(1, page.Bytes($"v{i}.address")), Always(2, Buf(1, page.Bytes($"v{i}.key"))), Num(3, page.Number($"v{i}.power"))))];

        // Priorities are all 0 here: then the lowest address proposes next.
        return Join([.. members.Select(member => Always(1, member)), Always(2, members[2])]);
    }

    private void SliceLog()
    {
        var alpha = page.Bytes("alpha.id");
        byte[][][] slices =
        [
            [page.Bytes("slice1.entry0.leaf")], [page.Bytes("slice2.entry0.leaf")], [page.Bytes("alpha.entry0.leaf"), page.Bytes("alpha.entry1.leaf")],
        ];
        Is("slice1.entry0.leaf", Join(U32(1), U32(0), page.Bytes("bob.key"), Text("one")));
        Is("slice2.entry0.leaf", Join(U32(3), U32(0), page.Bytes("alice.key"), Text("two")));
        for (var n = 1; n <= 3; n++)
        {
            Is($"slice{n}.root", Mth(slices[n - 1]));
            Is($"log.leaf{n}", Join(alpha, U64(n), U64(page.Number($"slice{n}.height")), page.Bytes($"slice{n}.root"), U32(slices[n - 1].Length)));
            Is($"log.hash{n}", Leaf(page.Bytes($"log.leaf{n}")));
        }

        Is("log.node12", Inner(page.Bytes("log.hash1"), page.Bytes("log.hash2")));

        // Slice 3 by its number, and the range of 2 and 3 by the one node beside it.
        Is("log.root", Inner(page.Bytes("log.node12"), page.Bytes("log.hash3")));
        Is("log.root", Mth([.. Enumerable.Range(1, 3).Select(n => page.Bytes($"log.leaf{n}"))]));
        Is("alpha.head", Join(Num(1, 3), Num(2, page.Number("slice3.height")), Buf(3, page.Bytes("log.root"))));
        Holds("slice3.height", page.Number("slice3.height") == page.Number("header.height"));
    }

    private void State()
    {
        var entries = Enumerable.Range(0, 5).Select(i => (Path: page.Bytes($"state{i}.path"), Leaf: page.Bytes($"state{i}.leaf"))).ToArray();
        for (var i = 0; i < 5; i++)
        {
            Is($"state{i}.path", H(page.Bytes($"state{i}.key")));
            Is($"state{i}.leaf", Leaf(Join(page.Bytes($"state{i}.path"), H(page.Bytes($"state{i}.value")))));
            Holds($"state{i}.path", i == 0 || IsBelow(entries[i - 1].Path, entries[i].Path));
        }

        var notes = Mth(Join(page.Bytes("notes.id"), U64(1), U64(page.Number("header.height")), Mth(page.Bytes("notes.entry0.leaf")), U32(1)));
        Is("state0.key", Join("h"u8.ToArray(), page.Bytes("notes.id")));
        Is("state0.value", Join(Num(1, 1), Num(2, page.Number("header.height")), Buf(3, notes)));
        Is("state1.key", "chain-id"u8.ToArray());
        Is("state1.value", page.Utf8("chain_id"));
        Is("state2.key", Join("a"u8.ToArray(), page.Bytes("alice.key")));
        Is("state3.key", Join("a"u8.ToArray(), page.Bytes("bob.key")));
        Is("state4.key", Join("h"u8.ToArray(), page.Bytes("alpha.id")));
        Is("state4.value", page.Bytes("alpha.head"));
        Is("state.root", StateRoot(entries));
        Proofs([.. entries.Select(entry => entry.Leaf)]);
        Is("app.inner", Map("root", page.Bytes("state.root")));
        Is("app_hash", Map("state", page.Bytes("app.inner")));
    }

    private void Proofs(byte[][] leaves)
    {
        // In this state bit 0 parts the first three entries from the others, and so on: the paths' first bits say so.
        var left = Inner(leaves[0], Inner(leaves[1], leaves[2]));
        var right = Inner(leaves[3], leaves[4]);
        Is("state.root", Inner(left, right));
        var head = Existence("state4", InnerOp(leaves[3], isLeft: true), InnerOp(left, isLeft: true));
        Is("alpha.head.proof", Always(1, head));

        // Nothing lies below the absent key, whose one neighbour is the first entry of all.
        var key = Join("h"u8.ToArray(), page.Bytes("other.id"));
        Holds("other.id", IsBelow(H(key), page.Bytes("state0.path")));
        var first = Existence("state0", InnerOp(Inner(leaves[1], leaves[2]), isLeft: false), InnerOp(right, isLeft: false));
        Is("other.head.proof", Always(2, Join(Buf(1, key), Buf(3, first))));
    }

    private byte[] Existence(string entry, params byte[][] steps) => Join(
        [Buf(1, page.Bytes($"{entry}.key")), Buf(2, page.Bytes($"{entry}.value")), Always(3, [8, 1, 16, 1, 24, 1, 42, 1, 0]), .. steps.Select(step => Always(4, step))]);

    private static byte[] InnerOp(byte[] sibling, bool isLeft) =>
        isLeft ? Join(Num(1, 1), Buf(2, Join([1], sibling))) : Join(Num(1, 1), Buf(2, [1]), Buf(3, sibling));

    /// <summary>Parts the entries at the first bit in which their paths differ.</summary>
    private static byte[] StateRoot((byte[] Path, byte[] Leaf)[] entries)
    {
        if (entries.Length == 1)
            return entries[0].Leaf;
        for (var bit = 0; bit < 256; bit++)
        {
            var ones = entries.Where(entry => (entry.Path[bit / 8] >> (7 - (bit % 8)) & 1) == 1).ToArray();
            if (ones.Length > 0 && ones.Length < entries.Length)
                return Inner(StateRoot([.. entries.Except(ones)]), StateRoot(ones));
        }

        return [];
    }

    private static byte[] Map(string key, byte[] value) => Leaf(Join([(byte)key.Length], Text(key), [0x20], H(value)));

    private static byte[] Node(byte[] id, byte[] data) => Join(id, id, H([0], id, data));

    private static byte[] Combine(byte[] left, byte[] right) => Join(left[..8], right[8..16], H([1], left, right));

    private byte[] Time(string name) => Join(Num(1, page.Number($"{name}.seconds")), Num(2, page.Number($"{name}.nanos")));

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static bool IsBelow(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right) < 0;

    private static bool Contains(byte[] bytes, byte[] part) => bytes.AsSpan().IndexOf(part) >= 0;

    private void Is(string name, byte[] expected) => Holds(name, page.Bytes(name).AsSpan().SequenceEqual(expected));

    private void Holds(string name, bool holds)
    {
        if (!holds)
            _faults.Add(name);
    }
}
