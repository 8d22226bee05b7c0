using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using OfferResult = SharedSequencer.AbciProto.Abci.ResponseOfferSnapshot.Types.Result;
using ChunkResult = SharedSequencer.AbciProto.Abci.ResponseApplySnapshotChunk.Types.Result;

namespace SharedSequencer.Application.Snapshots;

/// <summary>
/// The joining node's side of state sync: takes an offer whose parts belong together, judges each chunk by itself, and
/// gives the chain out only when its app_hash is the one that CometBFT's light client trusts. Nothing is stored before.
/// </summary>
internal sealed class SnapshotRestore(ISnapshotObserver? observer)
{
    private SnapshotAssembly? _assembly;
    private Hash256 _appHash;

    /// <param name="hasBlocks">This node has committed blocks: it follows a chain and takes no snapshot.</param>
    public ResponseOfferSnapshot Offer(RequestOfferSnapshot request, bool hasBlocks)
    {
        _assembly = null;
        var height = (long)Math.Min(request.Snapshot?.Height ?? 0, long.MaxValue);
        if (hasBlocks)
        {
            observer?.Refused(height, "", "This node has committed blocks already. To join anew, remove its data folder and CometBFT's.");
            return Answer(OfferResult.Abort);
        }

        if (request.Snapshot is not { } snapshot)
            return Refuse(OfferResult.Reject, "The offer names no snapshot.");
        if (snapshot.Format != SnapshotMetadata.Format)
            return Refuse(OfferResult.RejectFormat, $"Format {snapshot.Format} is unknown: {SnapshotMetadata.Format} is read.");
        if (!Hash256.Of(snapshot.Metadata.Span).Span.SequenceEqual(snapshot.Hash.Span))
            return Refuse(OfferResult.RejectSender, "The hash is not that of the metadata.");
        if (!SnapshotMetadata.TryDecode(snapshot.Metadata.Span, out var metadata, out var error))
            return Refuse(OfferResult.RejectSender, $"The metadata cannot be read: {error}.");
        if (metadata.Height != height || metadata.Chunks.Count != snapshot.Chunks)
            return Refuse(OfferResult.RejectSender, $"The metadata is of height {metadata.Height} with {metadata.Chunks.Count} chunks, the offer of {snapshot.Height} with {snapshot.Chunks}.");
        if (!metadata.AppHash.Span.SequenceEqual(request.AppHash.Span))
            return Refuse(OfferResult.RejectSender, $"The metadata has the app hash {metadata.AppHash}, the trusted header {Convert.ToHexStringLower(request.AppHash.Span)}.");
        _assembly = new SnapshotAssembly(metadata);
        _appHash = metadata.AppHash;
        return Answer(OfferResult.Accept);

        ResponseOfferSnapshot Refuse(OfferResult result, string reason)
        {
            observer?.Refused(height, "", reason);
            return Answer(result);
        }
    }

    /// <param name="restored">The chain, when this was the last chunk.</param>
    public ResponseApplySnapshotChunk Apply(RequestApplySnapshotChunk request, out RestoredChain? restored)
    {
        restored = null;
        if (_assembly is not { } assembly || assembly.IsComplete)
        {
            observer?.Refused(0, request.Sender, $"Chunk {request.Index} came, but no snapshot is being restored.");
            return Answer(ChunkResult.Abort);
        }

        // CometBFT hands chunks over in order; one that is in already may come again after others were fetched anew.
        if (request.Index < assembly.Next)
            return Answer(ChunkResult.Accept);
        var height = assembly.Metadata.Height;
        if (request.Index > assembly.Next)
            return GiveUp(ChunkResult.RetrySnapshot, $"Chunk {request.Index} came, {assembly.Next} is due.");
        if (!assembly.IsGenuine(request.Chunk.Span))
        {
            observer?.Refused(height, request.Sender, $"Chunk {request.Index} is not the one that was offered: its sender is refused, and it is fetched from another.");
            var retry = Answer(ChunkResult.Retry);
            retry.RefetchChunks.Add(request.Index);
            retry.RejectSenders.Add(request.Sender);
            return retry;
        }

        try
        {
            assembly.Add(request.Chunk.Span);
            if (assembly.IsComplete)
            {
                restored = assembly.Build(_appHash);
                observer?.Restored(assembly.Metadata);
            }

            return Answer(ChunkResult.Accept);
        }
        catch (InvalidDataException error)
        {
            return GiveUp(ChunkResult.RejectSnapshot, error.Message);
        }

        ResponseApplySnapshotChunk GiveUp(ChunkResult result, string reason)
        {
            observer?.Refused(height, request.Sender, reason);
            _assembly = result == ChunkResult.RetrySnapshot ? new SnapshotAssembly(assembly.Metadata) : null;
            return Answer(result);
        }
    }

    private static ResponseOfferSnapshot Answer(OfferResult result) => new() { Result = result };

    private static ResponseApplySnapshotChunk Answer(ChunkResult result) => new() { Result = result };
}
