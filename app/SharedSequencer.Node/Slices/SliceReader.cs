using SharedSequencer.Api.Contracts;
using SharedSequencer.Merkle;
using SharedSequencer.Node.Light;
using SharedSequencer.Primitives;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Slices;

/// <summary>Makes slices from stored blocks, with all that a verifier needs when it is asked for.</summary>
public sealed class SliceReader(LightBlocks lightBlocks)
{
    /// <summary>A namespace's part of a block.</summary>
    /// <param name="number">The slice's number; null when the block holds none of the namespace.</param>
    public static SliceResponse Read(NamespaceId id, StoredBlock block, ulong? number)
    {
        List<EntryResponse> entries = [];
        if (block.Entries.ByNamespace.TryGetValue(id, out var found))
        {
            foreach (var entry in found)
            {
                entries.Add(new EntryResponse(entry.TransactionIndex, entry.ActionIndex, entry.Sender.ToString(), entry.Payload.ToArray())
                {
                    // The preamble has index 0.
                    Transaction = block.Transactions[(int)entry.TransactionIndex - 1].Id.ToString(),
                });
            }
        }

        return new SliceResponse
        {
            Namespace = id.ToString(),
            Height = block.Summary.Height,
            Time = block.Summary.Time.ToDateTimeOffset(),
            BlockHash = block.Summary.Hash.ToString(),
            Number = number,
            Entries = entries,
        };
    }

    /// <summary>What binds a slice to its block's hash; null when the light block has not come in time.</summary>
    public async Task<SliceProofResponse?> ProveAsync(NamespaceId id, StoredBlock block, TimeSpan patience, CancellationToken cancellation)
    {
        if (await lightBlocks.FindAsync(block.Summary.Height, patience, cancellation) is not { } light)
            return null;
        if (block.Preamble is not { } preamble)
            return new SliceProofResponse { LightBlock = light };
        return new SliceProofResponse
        {
            LightBlock = light,
            Preamble = preamble,
            PreambleProof = Of(block.DataTree.ProveInclusion(0)),
            Namespace = Of(block.NamespaceTree.Prove(id)),
        };
    }

    private static MerkleProofResponse Of(InclusionProof proof) => new(
        (long)proof.Total, (long)proof.Index, proof.LeafHash.ToString(), [.. proof.Aunts.ToArray().Select(aunt => aunt.ToString())]);

    private static NamespaceProofResponse Of(NamespaceProof proof) => new(
        proof.Start, proof.End, [.. proof.Nodes.ToArray().Select(node => node.ToString())], proof.AbsenceLeaf?.ToString());
}
