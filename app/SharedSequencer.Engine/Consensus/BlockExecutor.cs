using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Abci;
using SharedSequencer.Engine.Events;
using SharedSequencer.Engine.Mempool;
using SharedSequencer.Engine.Storage;

namespace SharedSequencer.Engine.Consensus;

/// <summary>Applies decided blocks, in CometBFT's order: FinalizeBlock, its answer, Commit, the state, then what others hear.</summary>
internal sealed class BlockExecutor(AbciLines application, EngineStore store, EngineMempool mempool, BlockEvents events, Action<EnginePoint, long>? reached)
{
    /// <summary>Applies the block that follows the state.</summary>
    /// <returns>The state after it, which is stored.</returns>
    /// <exception cref="EngineException">The application failed or broke a rule.</exception>
    public async Task<ChainState> ApplyAsync(ChainState state, StoredBlock stored)
    {
        var height = stored.Block.Header.Height;
        var response = await application.FinalizeBlockAsync(AbciRequests.Finalize(stored.Block, stored.Id, state.LastValidators));
        reached?.Invoke(EnginePoint.Finalized, height);
        store.SaveResults(height, response);
        reached?.Invoke(EnginePoint.ResultsSaved, height);
        SoleValidator.Check(state.NextValidators, response.ValidatorUpdates, height);
        var next = StateTransition.Apply(state, stored.Block, stored.Id, response);

        long retain;
        using (await mempool.HoldAsync())
        {
            await mempool.FlushAsync();
            retain = (await application.CommitAsync()).RetainHeight;
            reached?.Invoke(EnginePoint.Committed, height);
            await mempool.UpdateAsync(stored.Block.Transactions, response.TxResults);
        }

        Finish(next, stored, response, retain);
        return next;
    }

    /// <summary>Takes over a block that the application has committed already, from the answer that was stored.</summary>
    public ChainState ApplyFromStore(ChainState state, StoredBlock stored)
    {
        var height = stored.Block.Header.Height;
        var response = store.Results(height)
            ?? throw new EngineException($"The application has committed height {height}, but its answer is missing here. Start a new chain with --reset.");
        SoleValidator.Check(state.NextValidators, response.ValidatorUpdates, height);
        var next = StateTransition.Apply(state, stored.Block, stored.Id, response);
        Finish(next, stored, response, retain: 0);
        return next;
    }

    /// <summary>Lets the application execute a block again that the state has behind it.</summary>
    public async Task<byte[]> ReplayAsync(StoredBlock stored, ValidatorSet? lastValidators)
    {
        var response = await application.FinalizeBlockAsync(AbciRequests.Finalize(stored.Block, stored.Id, lastValidators));
        await application.CommitAsync();
        return response.AppHash.ToByteArray();
    }

    private void Finish(ChainState next, StoredBlock stored, ResponseFinalizeBlock response, long retain)
    {
        store.SaveState(next, stored.Block);
        reached?.Invoke(EnginePoint.StateSaved, next.LastHeight);
        if (retain > 0)
            store.Prune(retain);
        events.Publish(stored, response);
    }
}
