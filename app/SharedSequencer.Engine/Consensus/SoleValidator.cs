using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Engine.Consensus;

/// <summary>The engine's validator set: its own key, alone. Its power may change; nobody may join it or take its place.</summary>
internal static class SoleValidator
{
    /// <summary>The set that genesis or InitChain names.</summary>
    /// <exception cref="EngineException">It is not this key alone.</exception>
    public static ValidatorSet Of(IReadOnlyList<(ConsensusKey Key, long Power)> members, ConsensusKey own)
    {
        if (members.Count != 1)
        {
            throw new EngineException(
                $"Genesis names {members.Count} validators. The embedded engine is for development and runs exactly one: use CometBFT (--engine cometbft) for more.");
        }

        var (key, power) = members[0];
        if (key != own)
            throw new EngineException($"Genesis names the validator {key.Address}, but this engine's key is {own.Address}: name that one, or put the right priv_validator_key.json in place.");
        try
        {
            return ValidatorRotation.First([(key, power)]).Set;
        }
        catch (FormatException error)
        {
            throw new EngineException($"The validator set of genesis cannot be: {error.Message}", error);
        }
    }

    /// <summary>Refuses updates after which it would not be this key alone.</summary>
    /// <exception cref="EngineException">They are such.</exception>
    public static void Check(ValidatorSet set, IReadOnlyList<ValidatorUpdate> updates, long height)
    {
        var sole = set.Validators[0].PublicKey;
        foreach (var update in updates)
        {
            var key = KeyOf(update);
            if (key != sole)
            {
                throw new EngineException(
                    $"The block of height {height} makes {key.Address} a validator. The embedded engine is for development and runs exactly one: use CometBFT (--engine cometbft) for more.");
            }

            if (update.Power <= 0)
                throw new EngineException($"The block of height {height} gives the only validator a power of {update.Power}: nobody could make another block.");
        }
    }

    public static ConsensusKey KeyOf(ValidatorUpdate update) => update.PubKey?.Ed25519 is { Length: ConsensusKey.Length } key
        ? ConsensusKey.From(key.Span)
        : throw new EngineException("The application names a validator whose key is no Ed25519 key of 32 bytes.");
}
