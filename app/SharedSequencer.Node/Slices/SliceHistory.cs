using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Node.Accounts;
using SharedSequencer.Node.Api;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Slices;

/// <summary>Makes proofs over time: a namespace's head under a header, and slices by number under the head.</summary>
public sealed class SliceHistory(ChainReader reader)
{
    /// <summary>A range ends when it holds so many bytes of payload; one slice always fits.</summary>
    private const long PageBytes = 8 * 1024 * 1024;

    /// <summary>It ends too when the blocks that it was read from took so much memory, whatever they hold of the namespace.</summary>
    private const long ReadBytes = 64 * 1024 * 1024;

    /// <summary>The head by a state, without proof.</summary>
    public static HeadResponse Head(ChainState state, NamespaceId id)
    {
        var head = state.Head(id);
        return new HeadResponse
        {
            Namespace = id.ToString(),
            Height = state.Height,
            Head = new NamespaceHeadResponse(head.SliceCount, head.LastHeight, head.Root.ToString()),
        };
    }

    /// <summary>The head by a state, or that it has none, with its proof.</summary>
    public static HeadResponse ProveHead(ProvableState provable, NamespaceId id)
    {
        var tree = provable.State.Tree;
        var key = StateKeys.Head(id);
        return Head(provable.State, id) with
        {
            Proof = new HeadProofResponse
            {
                Value = tree.TryGet(key, out var value) ? value.ToArray() : null,
                StateRoot = tree.Root.ToString(),
                // The state always holds the chain's id and parameters: it is never empty.
                CommitmentProof = tree.Prove(key)!.ToProtobuf(),
                BlockHash = LightBlock.FromProto(provable.Successor).Header.Hash().ToString(),
            },
        };
    }

    /// <summary>Slices from a number on, as many as fit, with one proof for all of them.</summary>
    /// <exception cref="Hosting.Http.ProblemException">410: the first of them is no longer kept.</exception>
    public SliceRangeResponse Range(ProvableState provable, NamespaceId id, ulong from, int limit)
    {
        var head = ProveHead(provable, id);
        var count = head.Head.SliceCount;
        if (from > count)
            return new SliceRangeResponse([], from) { History = new SliceHistoryResponse(head, []) };

        var wanted = (int)Math.Min((ulong)limit, count - from + 1);
        return reader.Query(chain =>
        {
            var slices = Read(chain, id, from, wanted);
            var proof = slices.Count == 0
                ? throw Answer.SlicePruned(from)
                : MerkleLogProver.ProveRange(chain.SliceLog(id), count, from - 1, (ulong)slices.Count) ?? throw Missing(id, from);
            return new SliceRangeResponse(slices, from + (ulong)slices.Count)
            {
                History = new SliceHistoryResponse(head, Texts(proof.Nodes.Span)),
            };
        });
    }

    /// <summary>Proves that the head of one slice count is the beginning of that of another.</summary>
    /// <param name="to">At most the present count.</param>
    /// <exception cref="Hosting.Http.ProblemException">410: what it takes is no longer kept.</exception>
    public HeadConsistencyResponse Consistency(NamespaceId id, ulong from, ulong to) => reader.Query(chain =>
    {
        var earliest = chain.EarliestSlice(id);
        if (from > 0 && from < to && from + 1 < earliest)
            throw Answer.HistoryPruned(from, earliest);
        var proof = MerkleLogProver.ProveConsistency(chain.SliceLog(id), from, to) ?? throw Missing(id, from);
        return new HeadConsistencyResponse(id.ToString(), from, to, Texts(proof.Path.Span));
    });

    /// <summary>None when the first one is no longer kept.</summary>
    private static List<SliceResponse> Read(ChainSnapshot chain, NamespaceId id, ulong from, int wanted)
    {
        List<SliceResponse> found = [];
        var (payload, read) = (0L, 0L);
        foreach (var place in chain.SlicesFrom(id, from, wanted))
        {
            if (place.Number != from + (ulong)found.Count || chain.Block(place.Height) is not { } block)
                break;
            var slice = SliceReader.Read(id, block, place.Number);
            payload += slice.Entries.Sum(entry => (long)entry.Payload.Length);
            read += block.Cost;
            if (found.Count > 0 && (payload > PageBytes || read > ReadBytes))
                break;
            found.Add(slice);
        }

        return found;
    }

    private static InvalidDataException Missing(NamespaceId id, ulong number) =>
        new($"The tree of slices of namespace {id} lacks a node that slice {number} needs, although the slice is kept: the database is damaged.");

    private static string[] Texts(ReadOnlySpan<Hash256> hashes)
    {
        var texts = new string[hashes.Length];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = hashes[i].ToString();
        return texts;
    }
}
