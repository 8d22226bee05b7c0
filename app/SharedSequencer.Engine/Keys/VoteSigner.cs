using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Engine.Keys;

/// <summary>
/// Signs precommits, and never two different ones at one height and round: what was signed last is on the disk before
/// a signature leaves (CometBFT's FilePV). For one thread at a time.
/// </summary>
internal sealed class VoteSigner(ValidatorKey key, string stateFile)
{
    public SignState Last { get; private set; } = SignState.Load(stateFile);

    public ConsensusKey PublicKey => key.PublicKey;

    /// <summary>Signs a precommit; the same block again at the same height and round gives the earlier signature with its time.</summary>
    /// <param name="blockId">Null for no block.</param>
    /// <exception cref="EngineException">Something later, or something else at this height and round, was signed before.</exception>
    public CommitSig Precommit(string chainId, long height, int round, BlockId? blockId, CometTime time)
    {
        var place = (Last.Height, Last.Round, Last.Step).CompareTo((height, round, SignState.Precommit));
        if (place > 0)
        {
            throw new EngineException(
                $"Height {height}, round {round} is not signed: {stateFile} says that height {Last.Height}, round {Last.Round} was signed already. "
                + "Restore the engine's database that belongs to it, or start a new chain with --reset.");
        }

        if (place == 0)
        {
            // Only the time may differ; then the earlier one stands.
            var before = CanonicalVote.TimeOfSignBytes(Last.SignBytes.Span);
            if (before is not { } signed
                || !CanonicalVote.PrecommitSignBytes(chainId, height, round, blockId, signed).AsSpan().SequenceEqual(Last.SignBytes.Span))
                throw new EngineException($"Another block was signed at height {height}, round {round} before: {stateFile}. Nothing is signed twice.");
            return Vote(blockId, signed, Last.Signature);
        }

        var bytes = CanonicalVote.PrecommitSignBytes(chainId, height, round, blockId, time);
        var signature = HexBytes.From(key.Sign(bytes));
        var state = new SignState(height, round, SignState.Precommit, signature, HexBytes.From(bytes));
        state.Save(stateFile);
        Last = state;
        return Vote(blockId, time, signature);
    }

    /// <summary>Signs a vote extension; it may be signed again, as CometBFT does.</summary>
    public byte[] Extension(string chainId, long height, int round, ReadOnlySpan<byte> extension) =>
        key.Sign(CanonicalVote.ExtensionSignBytes(chainId, height, round, extension));

    private CommitSig Vote(BlockId? blockId, CometTime time, HexBytes signature) => new(
        blockId is null ? BlockIdFlag.Nil : BlockIdFlag.Commit, key.PublicKey.Address, time, signature);
}
