using System.Collections.Immutable;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Storage;

namespace SharedSequencer.Engine.Consensus;

/// <summary>Builds blocks as CometBFT does.</summary>
internal static class BlockMaker
{
    // types/block.go, v0.38: what a block holds at most beside its transactions.
    private const long CometBftMaximumBytes = 100 * 1024 * 1024;
    private const long MaximumOverhead = 11;
    private const long MaximumHeaderBytes = 626;
    private const long CommitOverhead = 94;
    private const long CommitSignatureBytes = 109 + 2;

    /// <summary>The next block.</summary>
    /// <param name="lastCommit">Of the block before; empty at the initial height.</param>
    public static Block Make(
        ChainState state, Commit lastCommit, ImmutableArray<ReadOnlyMemory<byte>> transactions, ValidatorAddress proposer) => new(
        new Header
        {
            Version = new ConsensusVersion(EmbeddedEngine.BlockVersion, state.AppVersion),
            ChainId = state.ChainId,
            Height = state.NextHeight,
            Time = TimeOf(state, lastCommit),
            LastBlockId = state.LastBlockId,
            LastCommitHash = lastCommit.Hash(),
            DataHash = TransactionList.Hash(transactions),
            ValidatorsHash = state.Validators.Hash(),
            NextValidatorsHash = state.NextValidators.Hash(),
            ConsensusHash = state.Params.Hash(),
            AppHash = state.AppHash,
            LastResultsHash = state.LastResultsHash,
            EvidenceHash = EvidenceList.EmptyHash,
            ProposerAddress = proposer,
        },
        transactions,
        [],
        lastCommit);

    /// <summary>The time of the next block.</summary>
    public static CometTime TimeOf(ChainState state, Commit lastCommit) =>
        state.NextHeight == state.InitialHeight ? state.LastBlockTime : BftTime.Median(lastCommit, state.LastValidators!);

    /// <summary>Bytes for transactions, each with its protobuf tag and length.</summary>
    public static long MaximumDataBytes(ChainState state)
    {
        var maximum = state.Params.MaximumBlockBytes < 0 ? CometBftMaximumBytes : state.Params.MaximumBlockBytes;
        return maximum - MaximumOverhead - MaximumHeaderBytes - CommitOverhead - (CommitSignatureBytes * state.Validators.Validators.Length);
    }
}
