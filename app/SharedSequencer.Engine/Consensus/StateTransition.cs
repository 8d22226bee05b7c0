using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Storage;
using ExecTxResult = SharedSequencer.CometBft.Types.ExecTxResult;

namespace SharedSequencer.Engine.Consensus;

/// <summary>The state after a block (CometBFT's updateState): validators act at H+2, parameters at H+1.</summary>
internal static class StateTransition
{
    /// <exception cref="EngineException">The application's answer breaks a rule; nothing was committed.</exception>
    public static ChainState Apply(ChainState state, Block block, BlockId id, ResponseFinalizeBlock response)
    {
        var height = block.Header.Height;
        if (response.TxResults.Count != block.Transactions.Length)
            throw new EngineException($"FinalizeBlock of height {height} answered {response.TxResults.Count} results for {block.Transactions.Length} transactions.");
        var parameters = ParamsConversion.Update(state.Params, response.ConsensusParamUpdates);
        if (parameters.VoteExtensionsEnableHeight != state.Params.VoteExtensionsEnableHeight && parameters.VoteExtensionsEnableHeight <= height)
            throw new EngineException($"FinalizeBlock of height {height} enables vote extensions at {parameters.VoteExtensionsEnableHeight}, which is not in the future.");
        return state with
        {
            LastHeight = height,
            LastBlockId = id,
            LastBlockTime = block.Header.Time,
            LastValidators = state.Validators,
            Validators = state.NextValidators,
            NextValidators = NextValidators(state.NextValidators, response.ValidatorUpdates, height),
            Params = parameters,
            AppVersion = response.ConsensusParamUpdates is null ? state.AppVersion : parameters.AppVersion,
            AppHash = HexBytes.From(response.AppHash.Span),
            LastResultsHash = ExecTxResult.Hash(response.TxResults.Select(result =>
                new ExecTxResult(result.Code, HexBytes.From(result.Data.Span), result.GasWanted, result.GasUsed))),
        };
    }

    private static ValidatorSet NextValidators(ValidatorSet set, IReadOnlyList<ValidatorUpdate> updates, long height)
    {
        try
        {
            return ValidatorRotation.Next(ValidatorRotation.Update(set, [.. updates.Select(update => (SoleValidator.KeyOf(update), update.Power))])).Set;
        }
        catch (FormatException error)
        {
            throw new EngineException($"The validator updates of height {height} cannot be: {error.Message}", error);
        }
    }
}
