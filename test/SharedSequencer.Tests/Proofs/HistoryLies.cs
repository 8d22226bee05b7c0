using SharedSequencer.Api.Contracts;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using Step = SharedSequencer.Client.HistoryStep;

namespace SharedSequencer.Tests.Proofs;

/// <summary>What a lie can be made of.</summary>
/// <param name="Range">The true answer: several slices of one namespace, neither its first ones nor its last.</param>
/// <param name="OtherNamespace">A true answer of another namespace under the same header.</param>
/// <param name="Earlier">A true answer for the same slices under an earlier header.</param>
/// <param name="OtherChain">A true answer of another chain, at the same height.</param>
/// <param name="Shifted">A true answer for as many slices, one number further on.</param>
/// <param name="Longer">A true answer for one slice more.</param>
internal sealed record Truths(
    SliceRangeResponse Range,
    SliceRangeResponse OtherNamespace,
    SliceRangeResponse Earlier,
    SliceRangeResponse OtherChain,
    SliceRangeResponse Shifted,
    SliceRangeResponse Longer);

/// <summary>A way to lie about a range of slices: the changed answer, or null where this answer gives no occasion.</summary>
internal sealed record HistoryLie(string Name, Step CaughtAt, Func<Truths, Random, SliceRangeResponse?> Tell);

/// <summary>What a dishonest node may answer about slices over time.</summary>
internal static class HistoryLies
{
    private static readonly string s_foreign = Hash256.Of("foreign"u8).ToString();

    public static IReadOnlyList<HistoryLie> All { get; } =
    [
        new("no history", Step.Format, (t, _) => t.Range with { History = null }),
        new("no proof of the head", Step.Format, (t, _) => WithHead(t.Range, h => h with { Proof = null })),
        new("a slice that is null", Step.Format, (t, _) => t.Range with { Slices = [.. t.Range.Slices, null!] }),
        new("an entry without payload", Step.Format, (t, r) => WithEntry(t.Range, r, e => e with { Payload = [] })),
        new("a sender in upper case", Step.Format, (t, r) => WithEntry(t.Range, r, e => e with { Sender = e.Sender.ToUpperInvariant() })),
        new("a node in upper case", Step.Format, (t, _) => WithNodes(t.Range, n => [.. n.Select(x => x.ToUpperInvariant())])),
        new("a node cut short", Step.Format, (t, _) => WithNodes(t.Range, n => [n[0][2..], .. n.Skip(1)])),
        new("more nodes than any tree has", Step.Format, (t, _) => WithNodes(t.Range, _ => [.. Enumerable.Repeat(s_foreign, 200)])),
        new("a state root in upper case", Step.Format, (t, _) => WithProof(t.Range, p => p with { StateRoot = p.StateRoot.ToUpperInvariant() })),
        new("a byte behind the commitment proof", Step.Format, (t, _) => WithProof(t.Range, p => p with { CommitmentProof = [.. p.CommitmentProof, 0] })),

        new("a stale header", Step.Header, (t, _) => t.Earlier),
        new("another chain's header", Step.Header, (t, _) => t.OtherChain),
        new("another height for the head", Step.Header, (t, _) => WithHead(t.Range, h => h with { Height = h.Height + 1 })),
        new("a greater height than there is", Step.Header, (t, _) => WithHead(t.Range, h => h with { Height = long.MaxValue })),
        new("another block's name", Step.Header, (t, _) => WithProof(t.Range, p => p with { BlockHash = s_foreign })),

        new("another state root", Step.AppHash, (t, _) => WithProof(t.Range, p => p with { StateRoot = s_foreign })),
        new("an earlier state under the present header", Step.AppHash, (t, _) =>
            t.Earlier with { History = t.Earlier.History! with { Head = t.Earlier.History.Head with { Height = t.Range.History!.Head.Height, Proof = t.Earlier.History.Head.Proof! with { BlockHash = t.Range.History.Head.Proof!.BlockHash } } } }),

        new("another head", Step.State, (t, _) => WithProof(t.Range, p => p with { Value = new NamespaceHead(9, 9, Hash256.Of("x"u8)).Encode() })),
        new("absence of the head", Step.State, (t, _) => WithProof(t.Range, p => p with { Value = null })),
        new("another namespace's head", Step.State, (t, _) => t.Range with { History = t.Range.History! with { Head = t.OtherNamespace.History!.Head with { Namespace = t.Range.History.Head.Namespace } } }),
        new("another namespace's whole answer", Step.State, (t, _) => t.OtherNamespace),
        new("another namespace's answer under this name", Step.State, (t, _) => t.OtherNamespace with
        {
            Slices = [.. t.OtherNamespace.Slices.Select(s => s with { Namespace = t.Range.Slices[0].Namespace })],
            History = t.OtherNamespace.History! with { Head = t.OtherNamespace.History.Head with { Namespace = t.Range.Slices[0].Namespace } },
        }),

        new("another name for the head", Step.Head, (t, _) => WithHead(t.Range, h => h with { Namespace = t.OtherNamespace.Slices[0].Namespace })),
        new("a longer log in the head's text", Step.Head, (t, _) => WithHead(t.Range, h => h with { Head = h.Head with { SliceCount = h.Head.SliceCount + 1 } })),
        new("a truncated log in the head's text", Step.Head, (t, _) => WithHead(t.Range, h => h with { Head = h.Head with { SliceCount = h.Head.SliceCount - 1 } })),
        new("another last height in the head's text", Step.Head, (t, _) => WithHead(t.Range, h => h with { Head = h.Head with { LastHeight = h.Head.LastHeight + 1 } })),
        new("another root in the head's text", Step.Head, (t, _) => WithHead(t.Range, h => h with { Head = h.Head with { Root = s_foreign } })),

        new("all slices withheld", Step.Range, (t, _) => t.Range with { Slices = [], Next = t.Range.Slices[0].Number!.Value, History = t.Range.History! with { Nodes = [] } }),
        new("a slice skipped", Step.Range, (t, _) => t.Range with { Slices = [.. t.Range.Slices.Take(1), .. t.Range.Slices.Skip(2)] }),
        new("a slice twice", Step.Range, (t, _) => t.Range with { Slices = [t.Range.Slices[0], .. t.Range.Slices] }),
        new("slices reordered", Step.Range, (t, _) => t.Range with { Slices = [.. t.Range.Slices.Reverse()] }),
        new("slices from another number on", Step.Range, (t, _) => t.Shifted),
        new("a slice without a number", Step.Range, (t, r) => WithSlice(t.Range, r, s => s with { Number = null })),
        new("a slice given to another namespace", Step.Range, (t, r) => WithSlice(t.Range, r, s => s with { Namespace = t.OtherNamespace.Slices[0].Namespace })),
        new("a slice without entries", Step.Range, (t, r) => WithSlice(t.Range, r, s => s with { Entries = [] })),
        new("a slice of height 0", Step.Range, (t, r) => WithSlice(t.Range, r, s => s with { Height = 0 })),
        new("more slices than the head counts", Step.Range, (t, _) => t.Range with
        {
            Slices = [.. t.Range.Slices, .. Enumerable.Range(0, 120).Select(i => t.Range.Slices[^1] with { Number = t.Range.Next + (ulong)i })],
        }),
        new("a number to go on from that skips", Step.Range, (t, _) => t.Range with { Next = t.Range.Next + 1 }),
        new("a number to go on from that goes back", Step.Range, (t, _) => t.Range with { Next = t.Range.Next - 1 }),

        new("an entry withheld", Step.Log, (t, r) => WithEntries(t.Range, r, e => e.Count < 2 ? null : [.. e.Skip(1)])),
        new("an entry added", Step.Log, (t, r) => WithEntries(t.Range, r, e => [.. e, e[^1] with { Index = e[^1].Index + 1 }])),
        new("an entry twice", Step.Log, (t, r) => WithEntries(t.Range, r, e => [e[0], .. e])),
        new("entries reordered", Step.Log, (t, r) => WithEntries(t.Range, r, e => e.Count < 2 ? null : [.. e.Reverse()])),
        new("a payload altered", Step.Log, (t, r) => WithEntry(t.Range, r, e => e with { Payload = [.. e.Payload[..^1], (byte)(e.Payload[^1] ^ 1)] })),
        new("a payload longer by a zero", Step.Log, (t, r) => WithEntry(t.Range, r, e => e with { Payload = [.. e.Payload, 0] })),
        new("another index", Step.Log, (t, r) => WithEntry(t.Range, r, e => e with { Index = e.Index + 1 })),
        new("another action", Step.Log, (t, r) => WithEntry(t.Range, r, e => e with { Action = e.Action + 1 })),
        new("another sender", Step.Log, (t, r) => WithEntry(t.Range, r, e => e with { Sender = AccountId.From(Hash256.Of("x"u8).Span).ToString() })),
        new("an entry moved to the next slice", Step.Log, (t, _) => MoveEntry(t.Range)),
        new("two slices' entries exchanged", Step.Log, (t, _) => t.Range with
        {
            Slices = [t.Range.Slices[0] with { Entries = t.Range.Slices[1].Entries }, t.Range.Slices[1] with { Entries = t.Range.Slices[0].Entries }, .. t.Range.Slices.Skip(2)],
        }),
        new("a slice of another height", Step.Log, (t, r) => WithSlice(t.Range, r, s => s with { Height = s.Height + 1 })),
        new("slice numbers shifted by one", Step.Log, (t, _) => t.Shifted with
        {
            Slices = [.. t.Shifted.Slices.Select(s => s with { Number = s.Number - 1 })],
            Next = t.Shifted.Next - 1,
        }),
        new("another namespace's slices", Step.Log, (t, _) => t.Range with
        {
            Slices = [.. t.Range.Slices.Zip(t.OtherNamespace.Slices, (mine, theirs) => mine with { Entries = theirs.Entries })],
        }),
        new("a range claimed to be longer", Step.Log, (t, _) => t.Range with
        {
            Slices = [.. t.Range.Slices, t.Range.Slices[^1] with { Number = t.Range.Next }],
            Next = t.Range.Next + 1,
        }),
        new("a range claimed to be longer, with the longer one's nodes", Step.Log, (t, _) => t.Longer with
        {
            Slices = [.. t.Range.Slices, t.Range.Slices[^1] with { Number = t.Range.Next }],
        }),
        new("the last slice left out, with the same nodes", Step.Log, (t, _) => t.Range with { Slices = [.. t.Range.Slices.SkipLast(1)], Next = t.Range.Next - 1 }),
        new("a node left out", Step.Log, (t, _) => WithNodes(t.Range, n => [.. n.Skip(1)])),
        new("no nodes", Step.Log, (t, _) => WithNodes(t.Range, _ => [])),
        new("a node too many", Step.Log, (t, _) => WithNodes(t.Range, n => [.. n, n[0]])),
        new("a node altered", Step.Log, (t, r) => WithNodes(t.Range, n => [.. n.Select((x, i) => i == 0 ? s_foreign : x)])),
        new("nodes reordered", Step.Log, (t, _) => t.Range.History!.Nodes.Count < 2 ? null : WithNodes(t.Range, n => [.. n.Reverse()])),
        new("the head's root as the only node", Step.Log, (t, _) => WithNodes(t.Range, _ => [t.Range.History!.Head.Head.Root])),
    ];

    private static SliceRangeResponse? WithHead(SliceRangeResponse answer, Func<HeadResponse, HeadResponse> change) =>
        answer with { History = answer.History! with { Head = change(answer.History.Head) } };

    private static SliceRangeResponse? WithProof(SliceRangeResponse answer, Func<HeadProofResponse, HeadProofResponse> change) =>
        WithHead(answer, h => h with { Proof = change(h.Proof!) });

    private static SliceRangeResponse? WithNodes(SliceRangeResponse answer, Func<IReadOnlyList<string>, IReadOnlyList<string>> change) =>
        answer with { History = answer.History! with { Nodes = change(answer.History.Nodes) } };

    private static SliceRangeResponse? WithSlice(SliceRangeResponse answer, Random random, Func<SliceResponse, SliceResponse?> change)
    {
        var at = random.Next(answer.Slices.Count);
        return change(answer.Slices[at]) is { } changed
            ? answer with { Slices = [.. answer.Slices.Select((s, i) => i == at ? changed : s)] }
            : null;
    }

    private static SliceRangeResponse? WithEntries(
        SliceRangeResponse answer, Random random, Func<IReadOnlyList<EntryResponse>, IReadOnlyList<EntryResponse>?> change) =>
        WithSlice(answer, random, s => change(s.Entries) is { } changed ? s with { Entries = changed } : null);

    private static SliceRangeResponse? WithEntry(SliceRangeResponse answer, Random random, Func<EntryResponse, EntryResponse> change) =>
        WithEntries(answer, random, entries =>
        {
            var at = random.Next(entries.Count);
            return [.. entries.Select((e, i) => i == at ? change(e) : e)];
        });

    private static SliceRangeResponse? MoveEntry(SliceRangeResponse answer)
    {
        for (var i = 0; i + 1 < answer.Slices.Count; i++)
        {
            var (giver, taker) = (answer.Slices[i], answer.Slices[i + 1]);
            if (giver.Entries.Count < 2)
                continue;
            List<SliceResponse> changed = [.. answer.Slices];
            changed[i] = giver with { Entries = [.. giver.Entries.SkipLast(1)] };
            changed[i + 1] = taker with { Entries = [giver.Entries[^1], .. taker.Entries] };
            return answer with { Slices = changed };
        }

        return null;
    }
}
