using SharedSequencer.Api.Contracts;
using V1 = Sequencer.V1;

namespace SharedSequencer.Node.Grpc;

/// <summary>Slices with their proofs as messages.</summary>
internal static class SliceMessages
{
    public static V1.Slice Of(SliceResponse slice)
    {
        var message = new V1.Slice
        {
            Namespace = ExactBytes.OfHex(slice.Namespace),
            Height = slice.Height,
            Time = ExactBytes.Time(slice.Time),
            BlockHash = ExactBytes.OfHex(slice.BlockHash),
            Entries = { slice.Entries.Select(Of) },
            Proof = slice.Proof is { } proof ? Of(proof) : null,
        };
        if (slice.Number is { } number)
            message.Number = number;
        return message;
    }

    public static V1.Tip Of(TipEvent tip) =>
        new() { Height = tip.Height, Time = ExactBytes.Time(tip.Time), BlockHash = ExactBytes.OfHex(tip.BlockHash) };

    private static V1.Entry Of(EntryResponse entry) => new()
    {
        Index = entry.Index,
        Action = entry.Action,
        Sender = ExactBytes.OfAddress(entry.Sender),
        Payload = ExactBytes.Wrap(entry.Payload),
        Transaction = entry.Transaction is { } id ? ExactBytes.OfHex(id) : Google.Protobuf.ByteString.Empty,
    };

    private static V1.SliceProof Of(SliceProofResponse proof) => new()
    {
        LightBlock = ExactBytes.Wrap(proof.LightBlock),
        Preamble = ExactBytes.Wrap(proof.Preamble ?? []),
        PreambleProof = proof.PreambleProof is { } merkle ? Of(merkle) : null,
        Namespace = proof.Namespace is { } space ? Of(space) : null,
    };

    private static V1.MerkleProof Of(MerkleProofResponse proof) => new()
    {
        Total = proof.Total,
        Index = proof.Index,
        LeafHash = ExactBytes.OfHex(proof.LeafHash),
        Aunts = { proof.Aunts.Select(ExactBytes.OfHex) },
    };

    private static V1.NamespaceProof Of(NamespaceProofResponse proof) => new()
    {
        Start = proof.Start,
        End = proof.End,
        Nodes = { proof.Nodes.Select(ExactBytes.OfHex) },
        LeafHash = ExactBytes.OfHex(proof.LeafHash ?? ""),
    };
}
