using SharedSequencer.AbciProto.Abci;
using Kind = SharedSequencer.AbciProto.Abci.Request.ValueOneofCase;

namespace SharedSequencer.Abci.Scheduling;

/// <summary>Names a call for a report: its kind and what identifies it, never a transaction's content.</summary>
internal static class CallDescription
{
    public static string Of(Request request) => request.ValueCase switch
    {
        Kind.InitChain => $"InitChain of '{Printable(request.InitChain.ChainId)}'",
        Kind.PrepareProposal => $"PrepareProposal at height {request.PrepareProposal.Height}",
        Kind.ProcessProposal => Block("ProcessProposal", request.ProcessProposal.Height, request.ProcessProposal.Hash.Span),
        Kind.ExtendVote => Block("ExtendVote", request.ExtendVote.Height, request.ExtendVote.Hash.Span),
        Kind.VerifyVoteExtension =>
            Block("VerifyVoteExtension", request.VerifyVoteExtension.Height, request.VerifyVoteExtension.Hash.Span),
        Kind.FinalizeBlock => Block("FinalizeBlock", request.FinalizeBlock.Height, request.FinalizeBlock.Hash.Span),
        Kind.CheckTx => $"CheckTx ({request.CheckTx.Type}) of {request.CheckTx.Tx.Length} bytes",
        Kind.InsertTx => $"InsertTx of {request.InsertTx.Tx.Length} bytes",
        Kind.Query => $"Query of '{Printable(request.Query.Path)}' at height {request.Query.Height}",
        Kind.OfferSnapshot => $"OfferSnapshot at height {request.OfferSnapshot.Snapshot?.Height}",
        Kind.ApplySnapshotChunk => $"ApplySnapshotChunk {request.ApplySnapshotChunk.Index}",
        Kind.LoadSnapshotChunk =>
            $"LoadSnapshotChunk {request.LoadSnapshotChunk.Chunk} at height {request.LoadSnapshotChunk.Height}",
        _ => request.ValueCase.ToString(),
    };

    private static string Block(string call, long height, ReadOnlySpan<byte> hash) =>
        $"{call} at height {height}, block {Convert.ToHexStringLower(hash)}";

    // Texts come from the peer, and a query's from anyone: neither long nor able to forge a line of the log.
    private static string Printable(string text) =>
        string.Concat(text.Take(100).Select(c => char.IsControl(c) ? '?' : c));
}
