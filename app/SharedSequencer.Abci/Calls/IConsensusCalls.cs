using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Calls;

/// <summary>
/// The calls that decide blocks. Made one at a time over all connections, and never beside
/// <see cref="ISnapshotCalls.OfferSnapshot"/> or <see cref="ISnapshotCalls.ApplySnapshotChunk"/>; mempool and query
/// calls may run beside them.
/// </summary>
public interface IConsensusCalls
{
    /// <summary>Starts the chain from genesis. May come again while the committed height is 0.</summary>
    ResponseInitChain InitChain(RequestInitChain request);

    /// <summary>Chooses a block's transactions; their protobuf framing counts towards <c>max_tx_bytes</c>.</summary>
    ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request);

    /// <summary>Judges a proposed block: ACCEPT or REJECT. UNKNOWN would crash CometBFT and is taken as a bug.</summary>
    ResponseProcessProposal ProcessProposal(RequestProcessProposal request);

    /// <summary>Gives the extension of this validator's own precommit.</summary>
    ResponseExtendVote ExtendVote(RequestExtendVote request);

    /// <summary>Judges another validator's vote extension: ACCEPT or REJECT. UNKNOWN is taken as a bug.</summary>
    ResponseVerifyVoteExtension VerifyVoteExtension(RequestVerifyVoteExtension request);

    /// <summary>
    /// Executes a decided block and persists nothing. Exactly one <c>tx_results</c> entry for each transaction:
    /// any other count is taken as a bug.
    /// </summary>
    ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request);

    /// <summary>Persists what FinalizeBlock computed, in one atomic step.</summary>
    ResponseCommit Commit(RequestCommit request);
}
