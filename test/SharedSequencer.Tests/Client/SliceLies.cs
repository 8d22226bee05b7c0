using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using Step = SharedSequencer.Client.VerificationStep;

namespace SharedSequencer.Tests.Client;

/// <summary>Ways to lie about a slice that has entries. Each gives the changed answer, or null where it cannot be told.</summary>
internal static class SliceLies
{
    internal delegate SliceResponse? Lie(SliceResponse answer, TestBlock block, Random random);

    internal sealed record Kind(string Name, Step[] CaughtAt, Lie Tell);

    private static readonly TestBlock s_other = TestBlock.Random(new Random(4711), minimumEntries: 5);

    public static readonly IReadOnlyList<Kind> All =
    [
        new("no proof at all", [Step.Format], (a, _, _) => a with { Proof = null }),
        new("an entry that is null", [Step.Format], (a, _, _) => a with { Entries = [.. a.Entries, null!] }),
        new("an entry without payload", [Step.Format], (a, _, r) => WithEntry(a, r, e => e with { Payload = [] })),
        new("a sender in upper case", [Step.Format], (a, _, r) => WithEntry(a, r, e => e with { Sender = e.Sender.ToUpperInvariant() })),
        new("a sender that is no address", [Step.Format], (a, _, r) => WithEntry(a, r, e => e with { Sender = e.Sender[..^1] })),
        new("nodes in upper case", [Step.Format], (a, b, r) => WithNodes(a, nodes => nodes.Count == 0 ? null : [.. nodes.Select(n => n.ToUpperInvariant())])),
        new("more nodes than any tree has", [Step.Format], (a, b, r) => WithNodes(a, nodes => [.. Enumerable.Repeat(new NamespacedHash().ToString(), 200)])),

        new("another block's hash", [Step.Header], (a, _, _) => a with { BlockHash = s_other.Hash.ToString() }),
        new("another block's header", [Step.Header], (a, _, _) => WithProof(a, p => p with { LightBlock = s_other.LightBlock.ToProto() })),
        new("another time in the header", [Step.Header], (a, b, _) => WithHeader(a, b, h => h with { Time = new CometTime(h.Time.Seconds + 1, 0) })),
        new("another data_hash in the header", [Step.Header], (a, b, _) => WithHeader(a, b, h => h with { DataHash = s_other.LightBlock.Header.DataHash })),
        new("another chain in the header", [Step.Header], (a, b, _) => WithHeader(a, b, h => h with { ChainId = "test-2" })),
        new("the whole answer from a forged block", [Step.Header], (a, b, _) => s_other.Slice(s_other.Entries[0].Namespace)),
        new("a header that is cut off", [Step.Header], (a, _, r) => WithProof(a, p => p with { LightBlock = p.LightBlock[..r.Next(p.LightBlock.Length)] })),
        new("bytes behind the header", [Step.Header], (a, _, _) => WithProof(a, p => p with { LightBlock = [.. p.LightBlock, 0] })),
        new("a commit for another block", [Step.Header], (a, b, _) => WithProof(a, p => p with
        {
            LightBlock = (b.LightBlock with { SignedHeader = b.LightBlock.SignedHeader with { Commit = s_other.LightBlock.Commit } }).ToProto(),
        })),

        new("no preamble", [Step.Preamble], (a, _, _) => WithProof(a, p => p with { Preamble = null })),
        new("no proof of the preamble", [Step.Preamble], (a, _, _) => WithProof(a, p => p with { PreambleProof = null })),
        new("an empty block where there is one with entries", [Step.Preamble], (a, _, _) =>
            WithProof(a with { Entries = [], Number = null }, p => p with { Preamble = null, PreambleProof = null, Namespace = null })),
        new("another block's preamble", [Step.Preamble], (a, _, _) => WithProof(a, p => p with { Preamble = s_other.Preamble })),
        new("another block's preamble with its own proof", [Step.Preamble], (a, _, _) =>
            WithProof(a, p => p with { Preamble = s_other.Preamble, PreambleProof = s_other.ItemProof(0) })),
        new("another block's preamble, namespace proof and entries", [Step.Preamble], (a, _, _) =>
        {
            var forged = s_other.Slice(s_other.Entries[0].Namespace);
            return WithProof(a with { Entries = forged.Entries }, p => forged.Proof! with { LightBlock = p.LightBlock });
        }),
        new("a transaction in place of the preamble, at its index", [Step.Preamble], (a, b, _) =>
            WithProof(a, p => p with { Preamble = b.Items[1].ToArray(), PreambleProof = b.ItemProof(1) })),
        new("a transaction in place of the preamble, said to be at index 0", [Step.Preamble], (a, b, _) =>
            WithProof(a, p => p with { Preamble = b.Items[1].ToArray(), PreambleProof = b.ItemProof(1) with { Index = 0 } })),
        new("another leaf hash in the preamble's proof", [Step.Preamble], (a, _, _) =>
            WithPreambleProof(a, p => p with { LeafHash = Hash256.Of("leaf"u8).ToString() })),
        new("an aunt less", [Step.Preamble], (a, _, _) => WithPreambleProof(a, p => p with { Aunts = [.. p.Aunts.Skip(1)] })),
        new("an aunt more", [Step.Preamble], (a, _, _) => WithPreambleProof(a, p => p with { Aunts = [.. p.Aunts, Hash256.Zero.ToString()] })),
        new("another aunt", [Step.Preamble], (a, _, _) => WithPreambleProof(a, p => p with { Aunts = [.. p.Aunts.Skip(1), Hash256.Zero.ToString()] })),
        new("a total of another number of levels", [Step.Preamble], (a, _, _) => WithPreambleProof(a, p => p with { Total = p.Total * 2 })),
        new("a total of one item", [Step.Preamble], (a, _, _) => WithPreambleProof(a, p => p with { Total = 1, Aunts = [] })),
        new("a preamble with one byte changed", [Step.Preamble], (a, _, r) => WithProof(a, p => p with { Preamble = Flip(p.Preamble!, r) })),

        new("no namespace proof", [Step.Namespace], (a, _, _) => WithProof(a, p => p with { Namespace = null })),
        new("the first entry left out", [Step.Namespace], (a, _, _) => a with { Entries = [.. a.Entries.Skip(1)] }),
        new("the last entry left out", [Step.Namespace, Step.Slice], (a, _, _) => a with { Entries = [.. a.Entries.SkipLast(1)] }),
        new("the last entry left out, with a shorter range", [Step.Namespace], (a, _, _) => a.Entries.Count == 1 ? null :
            WithNamespaceProof(a with { Entries = [.. a.Entries.SkipLast(1)] }, p => p with { End = p.End - 1 })),
        new("an entry added", [Step.Namespace, Step.Slice], (a, _, r) => a with { Entries = [.. a.Entries, a.Entries[^1] with { Action = a.Entries[^1].Action + 1 }] }),
        new("an entry twice, with a longer range", [Step.Namespace], (a, _, _) =>
            WithNamespaceProof(a with { Entries = [a.Entries[0], .. a.Entries] }, p => p with { End = p.End + 1 })),
        new("entries exchanged", [Step.Namespace, Step.Slice], (a, _, _) => a.Entries.Count == 1 ? null : a with { Entries = [.. a.Entries.Reverse()] }),
        new("another payload", [Step.Namespace], (a, _, r) => WithEntry(a, r, e => e with { Payload = Flip(e.Payload, r) })),
        new("a longer payload", [Step.Namespace], (a, _, r) => WithEntry(a, r, e => e with { Payload = [.. e.Payload, 0] })),
        new("another sender", [Step.Namespace], (a, _, r) => WithEntry(a, r, e => e with { Sender = TestBlock.RandomAccount(r).ToString() })),
        new("another index", [Step.Namespace, Step.Slice], (a, _, r) => WithEntry(a, r, e => e with { Index = e.Index + 1 })),
        new("another action", [Step.Namespace], (a, _, r) => WithEntry(a, r, e => e with { Action = e.Action + 1 })),
        new("a node less", [Step.Namespace], (a, _, _) => WithNodes(a, nodes => nodes.Count == 0 ? null : [.. nodes.Skip(1)])),
        new("a node more", [Step.Namespace], (a, _, _) => WithNodes(a, nodes => [.. nodes, new NamespacedHash().ToString()])),
        new("another digest in a node", [Step.Namespace], (a, _, _) => WithNodes(a, nodes => nodes.Count == 0 ? null : [nodes[0][..^1] + (nodes[0][^1] == '0' ? '1' : '0'), .. nodes.Skip(1)])),
        new("a range that starts elsewhere", [Step.Namespace], (a, _, _) => WithNamespaceProof(a, p => p with { Start = p.Start + 1, End = p.End + 1 })),
        new("a range outside the tree", [Step.Namespace], (a, b, _) => WithNamespaceProof(a, p => p with { Start = b.Entries.Count, End = b.Entries.Count + p.End - p.Start })),
        new("a negative range", [Step.Namespace], (a, _, _) => WithNamespaceProof(a, p => p with { Start = -1, End = p.End - p.Start - 1 })),
        new("absence, outside the root's range", [Step.Namespace], (a, _, _) => WithNamespaceProof(Emptied(a), _ => new NamespaceProofResponse(0, 0, []))),
        new("absence, by a greater leaf", [Step.Namespace], (a, b, _) =>
            WithNamespaceProof(Emptied(a), p => p with { LeafHash = NamespacedHash.Leaf(new NamespaceId(99), [1]).ToString(), End = p.Start + 1 })),
        new("leaves beside a proof of absence", [Step.Namespace], (a, b, _) =>
            WithNamespaceProof(a, p => p with { LeafHash = NamespacedHash.Leaf(new NamespaceId(99), [1]).ToString() })),
        new("another namespace's entries and proof", [Step.Namespace], (a, b, _) =>
        {
            var id = b.Namespaces.FirstOrDefault(n => n.ToString() != a.Namespace);
            return id == default ? null : b.Slice(id) with { Namespace = a.Namespace };
        }),

        new("another namespace's name", [Step.Slice], (a, _, _) => a with { Namespace = new NamespaceId(99).ToString() }),
        new("another height", [Step.Slice], (a, _, _) => a with { Height = a.Height + 1 }),
        new("a time later by the smallest step", [Step.Slice], (a, _, _) => a with { Time = a.Time.AddTicks(1) }),
        new("the same time in another zone", [Step.Slice], (a, _, _) => a with { Time = a.Time.ToOffset(TimeSpan.FromHours(1)) }),
        new("no number although there are entries", [Step.Slice], (a, _, _) => a with { Number = null }),
        new("the number 0", [Step.Slice], (a, _, _) => a with { Number = 0 }),
    ];

    private static SliceResponse Emptied(SliceResponse answer) => answer with { Entries = [], Number = null };

    private static SliceResponse WithProof(SliceResponse answer, Func<SliceProofResponse, SliceProofResponse> change) =>
        answer with { Proof = change(answer.Proof!) };

    private static SliceResponse WithPreambleProof(SliceResponse answer, Func<MerkleProofResponse, MerkleProofResponse> change) =>
        WithProof(answer, p => p with { PreambleProof = change(p.PreambleProof!) });

    private static SliceResponse WithNamespaceProof(SliceResponse answer, Func<NamespaceProofResponse, NamespaceProofResponse> change) =>
        WithProof(answer, p => p with { Namespace = change(p.Namespace!) });

    private static SliceResponse? WithNodes(SliceResponse answer, Func<IReadOnlyList<string>, IReadOnlyList<string>?> change) =>
        change(answer.Proof!.Namespace!.Nodes) is { } nodes ? WithNamespaceProof(answer, p => p with { Nodes = nodes }) : null;

    private static SliceResponse WithHeader(SliceResponse answer, TestBlock block, Func<Header, Header> change) =>
        WithProof(answer, p => p with { LightBlock = TestBlock.LightBlockOf(change(block.LightBlock.Header)).ToProto() });

    private static SliceResponse WithEntry(SliceResponse answer, Random random, Func<EntryResponse, EntryResponse> change)
    {
        var index = random.Next(answer.Entries.Count);
        return answer with { Entries = [.. answer.Entries.Select((e, i) => i == index ? change(e) : e)] };
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        var changed = bytes.ToArray();
        changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return changed;
    }
}
