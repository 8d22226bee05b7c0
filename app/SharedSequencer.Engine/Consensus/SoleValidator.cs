using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Types;
using Validator = SharedSequencer.CometBft.Types.Validator;

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
        return SetOf(key, power);
    }

    /// <summary>The set after the application's updates.</summary>
    /// <exception cref="EngineException">It would not be this key alone.</exception>
    public static ValidatorSet Update(ValidatorSet set, IReadOnlyList<ValidatorUpdate> updates, long height)
    {
        var sole = set.Validators[0];
        foreach (var update in updates)
        {
            var key = KeyOf(update);
            if (key != sole.PublicKey)
            {
                throw new EngineException(
                    $"The block of height {height} makes {key.Address} a validator. The embedded engine is for development and runs exactly one: use CometBFT (--engine cometbft) for more.");
            }

            if (update.Power <= 0)
                throw new EngineException($"The block of height {height} gives the only validator a power of {update.Power}: nobody could make another block.");
            set = SetOf(key, update.Power);
        }

        return set;
    }

    public static ConsensusKey KeyOf(ValidatorUpdate update) => update.PubKey?.Ed25519 is { Length: ConsensusKey.Length } key
        ? ConsensusKey.From(key.Span)
        : throw new EngineException("The application names a validator whose key is no Ed25519 key of 32 bytes.");

    // Alone, a validator's priority is always zero: it gains its power in each round, and pays the total for proposing.
    private static ValidatorSet SetOf(ConsensusKey key, long power)
    {
        try
        {
            return ValidatorSet.From([new Validator(key, power, 0)]);
        }
        catch (FormatException error)
        {
            throw new EngineException($"The validator set cannot be: {error.Message}", error);
        }
    }
}
