using SharedSequencer.Api.Contracts;
using SharedSequencer.Client.Verification;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.Client;

/// <summary>
/// Checks slices over time: from one trusted header, app_hash → the namespace's head → any slice by its number, and that
/// nothing is missing between consecutive ones. Every step holds, or the answer is refused. Pure: no network, no clock, no
/// state.
/// </summary>
/// <remarks>
/// The header is the root of trust: take it from a light client (<see cref="ITrustedHeaders"/>) or from a node of your own.
/// It is of the height after the state that it proves. Not proven, and not in what is returned, are a slice's time and
/// block hash: they are its own header's, and <see cref="SliceVerifier"/> proves a slice under that.
/// </remarks>
public static class SliceHistoryVerifier
{
    /// <summary>Checks a namespace's head.</summary>
    /// <param name="answer">What the node sent, with proof.</param>
    /// <param name="id">The namespace that was asked for.</param>
    /// <param name="trusted">The header of the height after the answer's.</param>
    public static HistoryVerdict<VerifiedHead> VerifyHead(HeadResponse answer, NamespaceId id, Header trusted) =>
        Judge(() => CheckHead(answer, id, trusted));

    /// <summary>Checks slices from a number on, as many as the node chose to send.</summary>
    /// <param name="answer">What the node sent, with its history.</param>
    /// <param name="id">The namespace that was asked for.</param>
    /// <param name="from">The number that was asked for, from 1.</param>
    /// <param name="trusted">The header of the height after that of the answer's head.</param>
    public static HistoryVerdict<VerifiedRange> VerifyRange(SliceRangeResponse answer, NamespaceId id, ulong from, Header trusted)
    {
        ArgumentOutOfRangeException.ThrowIfZero(from);
        return Judge(() => CheckRange(answer, id, from, trusted));
    }

    /// <summary>Checks one slice: a range of exactly one.</summary>
    /// <param name="answer">What the node sent, with its history.</param>
    /// <param name="id">The namespace that was asked for.</param>
    /// <param name="number">The number that was asked for, from 1.</param>
    /// <param name="trusted">The header of the height after that of the answer's head.</param>
    public static HistoryVerdict<NumberedSlice> VerifySlice(SliceRangeResponse answer, NamespaceId id, ulong number, Header trusted)
    {
        ArgumentOutOfRangeException.ThrowIfZero(number);
        return Judge(() =>
        {
            var range = CheckRange(answer, id, number, trusted);
            Require(HistoryStep.Range, range.Slices.Count == 1, $"One slice was asked for; the answer has {range.Slices.Count}.");
            return range.Slices[0];
        });
    }

    /// <summary>Checks that a later head extends an earlier one: no slice was altered, taken out or put in between.</summary>
    /// <param name="answer">What the node sent.</param>
    /// <param name="earlier">Verified before.</param>
    /// <param name="later">Verified under another header.</param>
    /// <returns>The later head.</returns>
    public static HistoryVerdict<VerifiedHead> VerifyConsistency(HeadConsistencyResponse answer, VerifiedHead earlier, VerifiedHead later)
    {
        return Judge(() =>
        {
            var nodes = Hashes(answer.Nodes);
            Require(
                HistoryStep.Consistency,
                earlier.Namespace == later.Namespace && answer.Namespace == later.Namespace.ToString(),
                $"The proof is for namespace {answer.Namespace}, the heads are of {earlier.Namespace} and {later.Namespace}.");
            Require(
                HistoryStep.Consistency,
                answer.FromCount == earlier.Head.SliceCount && answer.ToCount == later.Head.SliceCount,
                $"The proof is from {answer.FromCount} to {answer.ToCount} slices, the heads have {earlier.Head.SliceCount} and {later.Head.SliceCount}.");
            Require(
                HistoryStep.Consistency,
                ConsistencyProof.Verify(
                    earlier.Head.SliceCount, RootOf(earlier.Head), later.Head.SliceCount, RootOf(later.Head), nodes),
                $"The head of {later.Head.SliceCount} slices is not shown to extend that of {earlier.Head.SliceCount}.");
            return later;
        });
    }

    private static VerifiedHead CheckHead(HeadResponse answer, NamespaceId id, Header trusted)
    {
        var proof = answer.Proof
            ?? throw new HistoryProofException(HistoryStep.Format, "The head has no proof: ask for it with proof=true.");
        var root = SliceProofReader.Hash(proof.StateRoot);
        if (!StateProof.TryParse(proof.CommitmentProof, out var stateProof))
            throw new HistoryProofException(HistoryStep.Format, "The commitment proof is no ICS-23 proof of this state in its one encoding.");

        // A header's height is at least 1.
        Require(
            HistoryStep.Header,
            answer.Height == trusted.Height - 1,
            $"The answer is for the state of height {answer.Height}; the trusted header is of height {trusted.Height} and carries that of height {trusted.Height - 1}.");
        var hash = trusted.Hash();
        Require(HistoryStep.Header, proof.BlockHash == hash.ToString(), $"The answer says block {proof.BlockHash}; the trusted header's hash is {hash}.");
        Require(
            HistoryStep.AppHash,
            trusted.AppHash.Span.SequenceEqual(AppHash.Of(root).Span),
            $"The header's app_hash is {trusted.AppHash}, not that of the state root {root}.");

        var key = StateKeys.Head(id);
        if (proof.Value is { } value)
            Require(HistoryStep.State, stateProof.VerifyPresent(root, key, value), $"The proof does not show this head of namespace {id} in the state.");
        else
            Require(HistoryStep.State, stateProof.VerifyAbsent(root, key), $"The proof does not show that the state has no head of namespace {id}.");
        return new VerifiedHead(id, answer.Height, CheckRecord(answer, proof, id));
    }

    private static NamespaceHead CheckRecord(HeadResponse answer, HeadProofResponse proof, NamespaceId id)
    {
        NamespaceHead head;
        try
        {
            head = proof.Value is { } value ? NamespaceHead.Decode(value) : default;
        }
        catch (InvalidDataException e)
        {
            throw new HistoryProofException(HistoryStep.Head, e.Message);
        }

        Require(HistoryStep.Head, answer.Namespace == id.ToString(), $"The answer is for namespace {answer.Namespace}, not {id}.");
        Require(
            HistoryStep.Head,
            answer.Head.SliceCount == head.SliceCount && answer.Head.LastHeight == head.LastHeight && answer.Head.Root == head.Root.ToString(),
            $"The answer says {answer.Head.SliceCount} slices, the last at height {answer.Head.LastHeight}, root {answer.Head.Root}; "
            + $"the record, {head.SliceCount}, {head.LastHeight}, {head.Root}.");
        return head;
    }

    private static VerifiedRange CheckRange(SliceRangeResponse answer, NamespaceId id, ulong from, Header trusted)
    {
        if (answer.History is not { } history)
            throw new HistoryProofException(HistoryStep.Format, "The answer has no history: ask for it with history=true.");
        var nodes = Hashes(history.Nodes);
        List<NumberedSlice> slices = new(answer.Slices.Count);
        foreach (var slice in answer.Slices)
        {
            if (slice is null)
                throw SliceProofReader.Malformed("a slice is null");
            slices.Add(new NumberedSlice(id, slice.Number ?? 0, slice.Height, SliceProofReader.Entries(id, slice.Entries)));
        }

        var head = CheckHead(history.Head, id, trusted);
        CheckNumbers(answer, slices, head, from);
        if (slices.Count > 0)
            CheckLog(slices, head, from, nodes);
        else
            Require(HistoryStep.Range, nodes.Length == 0, "The answer has no slices, yet nodes to prove some.");
        return new VerifiedRange(head, slices, answer.Next);
    }

    private static void CheckNumbers(SliceRangeResponse answer, List<NumberedSlice> slices, VerifiedHead head, ulong from)
    {
        var count = head.Head.SliceCount;
        Require(
            HistoryStep.Range,
            slices.Count > 0 || from > count,
            $"The answer has no slices, yet the head counts {count} and {from} was asked for.");
        Require(
            HistoryStep.Range,
            slices.Count == 0 || (from <= count && (ulong)slices.Count <= count - from + 1),
            $"The answer has {slices.Count} slices from {from} on, yet the head counts {count}.");
        var name = head.Namespace.ToString();
        for (var i = 0; i < slices.Count; i++)
        {
            var slice = slices[i];
            var due = from + (ulong)i;
            if (!answer.Slices[i].Namespace.Equals(name, StringComparison.Ordinal))
                throw new HistoryProofException(HistoryStep.Range, $"Slice {slice.Number} is said to be of namespace {answer.Slices[i].Namespace}, not {name}.");
            if (slice.Number != due)
                throw new HistoryProofException(HistoryStep.Range, $"Slice {slice.Number} stands where {due} is due.");
            if (slice.Height <= 0 || slice.Entries.Count == 0)
                throw new HistoryProofException(HistoryStep.Range, $"Slice {due} is said to be of height {slice.Height} with {slice.Entries.Count} entries.");
        }

        Require(
            HistoryStep.Range,
            answer.Next == from + (ulong)slices.Count,
            $"The answer says to go on from {answer.Next}; behind its slices comes {from + (ulong)slices.Count}.");
    }

    private static void CheckLog(List<NumberedSlice> slices, VerifiedHead head, ulong from, Hash256[] nodes)
    {
        var leaves = new Hash256[slices.Count];
        for (var i = 0; i < leaves.Length; i++)
        {
            var slice = slices[i];
            leaves[i] = MerkleHash.Leaf(NamespaceHead.Leaf(
                slice.Namespace, slice.Number, slice.Height, SliceRoot(slice.Entries), (uint)slice.Entries.Count));
        }

        Require(
            HistoryStep.Log,
            RangeProof.Verify(head.Head.Root, head.Head.SliceCount, from - 1, leaves, nodes),
            $"Slices {from} to {from + (ulong)slices.Count - 1} with these entries and heights are not those of the head of {head.Head.SliceCount} slices: "
            + "entries, a height or a node of the proof was changed, left out or added.");
    }

    private static Hash256 SliceRoot(IReadOnlyList<Entry> entries)
    {
        var leaves = new Hash256[entries.Count];
        for (var i = 0; i < leaves.Length; i++)
            leaves[i] = MerkleHash.Leaf(entries[i].LeafData());
        return MerkleTree.RootOf(leaves);
    }

    /// <summary>A namespace without slices has no record, and so no root.</summary>
    private static Hash256 RootOf(NamespaceHead head) => head.SliceCount == 0 ? MerkleHash.EmptyRoot : head.Root;

    private static Hash256[] Hashes(IReadOnlyList<string> texts)
    {
        if (texts.Count > RangeProof.MaximumNodes)
            throw SliceProofReader.Malformed($"a proof has {texts.Count} nodes, more than any tree needs");
        var hashes = new Hash256[texts.Count];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = SliceProofReader.Hash(texts[i]);
        return hashes;
    }

    private static HistoryVerdict<T> Judge<T>(Func<T> check)
        where T : class
    {
        try
        {
            return HistoryVerdict<T>.Of(check());
        }
        catch (HistoryProofException e)
        {
            return HistoryVerdict<T>.Refused(e.Step, e.Message);
        }
        catch (SliceProofException e)
        {
            // The reader of texts speaks of their form alone.
            return HistoryVerdict<T>.Refused(HistoryStep.Format, e.Message);
        }
    }

    private static void Require(HistoryStep step, bool holds, string reason)
    {
        if (!holds)
            throw new HistoryProofException(step, reason);
    }
}
