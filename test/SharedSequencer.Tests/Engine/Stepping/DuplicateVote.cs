using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Consensus;
using SharedSequencer.Engine.Keys;
using SharedSequencer.Engine.Storage;
using SharedSequencer.Primitives;
using Wire = SharedSequencer.AbciProto.Types;

namespace SharedSequencer.Tests.Engine.Stepping;

/// <summary>A validator's two precommits for two blocks at one height and round.</summary>
/// <param name="Time">Of the block at that height.</param>
internal sealed record DuplicateVote(ValidatorKey Key, long Height, CometTime Time)
{
    /// <summary>The bytes of tendermint.types.DuplicateVoteEvidence: a leaf under evidence_hash.</summary>
    public byte[] ToProto(ChainState state)
    {
        // By block id, as CometBFT orders them.
        var votes = new[] { Vote("one"u8), Vote("other"u8) }.OrderBy(vote => vote.BlockId.Hash.Span[0]).ToArray();
        return new Wire.DuplicateVoteEvidence
        {
            VoteA = votes[0],
            VoteB = votes[1],
            TotalVotingPower = state.Validators.TotalVotingPower,
            ValidatorPower = PowerIn(state),
            Timestamp = AbciRequests.Time(Time),
        }.ToByteArray();
    }

    /// <summary>As it stands in a block: inside tendermint.types.Evidence.</summary>
    public static ReadOnlyMemory<byte> Wrap(byte[] evidence) =>
        new Wire.Evidence { DuplicateVoteEvidence = Wire.DuplicateVoteEvidence.Parser.ParseFrom(evidence) }.ToByteArray();

    /// <summary>What the application is told.</summary>
    public Misbehavior Misbehavior(ChainState state) => new()
    {
        Type = MisbehaviorType.DuplicateVote,
        Validator = new() { Address = ByteString.CopyFrom(Key.PublicKey.Address.Span), Power = PowerIn(state) },
        Height = Height,
        Time = AbciRequests.Time(Time),
        TotalVotingPower = state.Validators.TotalVotingPower,
    };

    private long PowerIn(ChainState state) => state.Validators.Validators[state.Validators.IndexOf(Key.PublicKey.Address)].VotingPower;

    private Wire.Vote Vote(ReadOnlySpan<byte> block)
    {
        var id = new BlockId(Hash256.Of(block), new PartSetHeader(1, Hash256.Of(block)));
        return new Wire.Vote
        {
            Type = Wire.SignedMsgType.Precommit,
            Height = Height,
            BlockId = Wire.BlockID.Parser.ParseFrom(id.ToProto()),
            Timestamp = AbciRequests.Time(Time),
            ValidatorAddress = ByteString.CopyFrom(Key.PublicKey.Address.Span),
            Signature = ByteString.CopyFrom(Key.Sign(SharedSequencer.CometBft.Types.CanonicalVote.PrecommitSignBytes(SteppedNetwork.ChainId, Height, 0, id, Time))),
        };
    }
}
