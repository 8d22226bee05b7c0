using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Storage;
using Wire = SharedSequencer.AbciProto;

namespace SharedSequencer.Engine.Consensus;

/// <summary>What the application is told of a block, as CometBFT tells it.</summary>
internal static class AbciRequests
{
    /// <param name="last">The block before, with its commit; null at the initial height.</param>
    public static RequestPrepareProposal Prepare(
        ChainState state, StoredBlock? last, Commit lastCommit, IEnumerable<ReadOnlyMemory<byte>> mempool, ValidatorAddress proposer)
    {
        var commit = new ExtendedCommitInfo();
        if (last is not null)
        {
            commit.Round = lastCommit.Round;
            foreach (var (validator, signature) in Votes(lastCommit, state.LastValidators!))
            {
                commit.Votes.Add(new ExtendedVoteInfo
                {
                    Validator = validator,
                    BlockIdFlag = (Wire.Types.BlockIDFlag)signature.BlockIdFlag,
                    VoteExtension = Bytes(last.Extension?.Extension),
                    ExtensionSignature = Bytes(last.Extension?.Signature),
                });
            }
        }

        return new RequestPrepareProposal
        {
            MaxTxBytes = BlockMaker.MaximumDataBytes(state),
            Txs = { mempool.Select(Bytes) },
            LocalLastCommit = commit,
            Height = state.NextHeight,
            Time = Time(BlockMaker.TimeOf(state, lastCommit)),
            NextValidatorsHash = Bytes(state.NextValidators.Hash().Span),
            ProposerAddress = Bytes(proposer.Span),
        };
    }

    public static RequestProcessProposal Process(Block block, BlockId id, ValidatorSet? lastValidators) => new()
    {
        Txs = { block.Transactions.Select(Bytes) },
        ProposedLastCommit = LastCommit(block, lastValidators),
        Hash = Bytes(id.Hash!.Value.Span),
        Height = block.Header.Height,
        Time = Time(block.Header.Time),
        NextValidatorsHash = Bytes(block.Header.NextValidatorsHash!.Value.Span),
        ProposerAddress = Bytes(block.Header.ProposerAddress.Span),
    };

    public static RequestExtendVote Extend(Block block, BlockId id, ValidatorSet? lastValidators) => new()
    {
        Hash = Bytes(id.Hash!.Value.Span),
        Height = block.Header.Height,
        Time = Time(block.Header.Time),
        Txs = { block.Transactions.Select(Bytes) },
        ProposedLastCommit = LastCommit(block, lastValidators),
        NextValidatorsHash = Bytes(block.Header.NextValidatorsHash!.Value.Span),
        ProposerAddress = Bytes(block.Header.ProposerAddress.Span),
    };

    public static RequestFinalizeBlock Finalize(Block block, BlockId id, ValidatorSet? lastValidators) => new()
    {
        Txs = { block.Transactions.Select(Bytes) },
        DecidedLastCommit = LastCommit(block, lastValidators),
        Hash = Bytes(id.Hash!.Value.Span),
        Height = block.Header.Height,
        Time = Time(block.Header.Time),
        NextValidatorsHash = Bytes(block.Header.NextValidatorsHash!.Value.Span),
        ProposerAddress = Bytes(block.Header.ProposerAddress.Span),
    };

    public static Timestamp Time(CometTime time) => new() { Seconds = time.Seconds, Nanos = time.Nanos };

    private static CommitInfo LastCommit(Block block, ValidatorSet? validators)
    {
        var info = new CommitInfo { Round = block.LastCommit.Round };
        if (validators is null)
            return info;
        foreach (var (validator, signature) in Votes(block.LastCommit, validators))
            info.Votes.Add(new VoteInfo { Validator = validator, BlockIdFlag = (Wire.Types.BlockIDFlag)signature.BlockIdFlag });
        return info;
    }

    private static IEnumerable<(Wire.Abci.Validator Validator, CommitSig Signature)> Votes(Commit commit, ValidatorSet validators)
    {
        if (commit.Signatures.Length != validators.Validators.Length)
            throw new EngineException($"The commit of height {commit.Height} has {commit.Signatures.Length} places for {validators.Validators.Length} validators.");
        for (var i = 0; i < commit.Signatures.Length; i++)
        {
            var validator = validators.Validators[i];
            yield return (new Wire.Abci.Validator { Address = Bytes(validator.Address.Span), Power = validator.VotingPower }, commit.Signatures[i]);
        }
    }

    private static ByteString Bytes(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    private static ByteString Bytes(ReadOnlySpan<byte> bytes) => ByteString.CopyFrom(bytes);

    private static ByteString Bytes(byte[]? bytes) => bytes is null ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(bytes);
}
