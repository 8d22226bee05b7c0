using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Abci;
using SharedSequencer.Engine.Storage;
using ExecTxResult = SharedSequencer.CometBft.Types.ExecTxResult;
using Wire = SharedSequencer.AbciProto;

namespace SharedSequencer.Engine.Consensus;

/// <summary>Brings application and stores to the same height at start, as CometBFT's handshake does.</summary>
internal sealed class Handshake(AbciLines application, EngineStore store, BlockExecutor executor, ConsensusKey own)
{
    /// <returns>The state after the newest decided block, which the application shares.</returns>
    /// <exception cref="EngineException">They cannot be brought together; the message says what to do.</exception>
    public async Task<ChainState> RunAsync(GenesisDocument genesis)
    {
        var info = await application.InfoAsync();
        var height = info.LastBlockHeight;
        var state = store.State();
        if (height == 0)
        {
            var begun = await InitChainAsync(genesis, info.AppVersion);
            if (state is null or { LastHeight: 0 })
            {
                store.SaveState(begun, null);
                state = begun;
            }
        }

        if (state is null)
        {
            throw new EngineException(
                $"The application is at height {height}, but the engine has no chain. They belong together: put the engine's data back, or start a new chain with --reset.");
        }

        var stored = store.Height;
        if (height > stored)
        {
            throw new EngineException(
                $"The application is at height {height}, the engine at {stored}. Step the application back with 'sequencer rollback', or start a new chain with --reset.");
        }

        var appHash = info.LastBlockAppHash.ToByteArray();
        for (var next = Math.Max(height + 1, state.InitialHeight); next <= state.LastHeight; next++)
        {
            var block = Load(next);
            if (next > state.InitialHeight)
                Compare(appHash, block.Block.Header.AppHash, next - 1);
            appHash = await executor.ReplayAsync(block, next == state.InitialHeight ? null : Validators(next - 1));
        }

        if (state.LastHeight > 0 && height <= state.LastHeight)
            Compare(appHash, state.AppHash, state.LastHeight);

        if (stored <= state.LastHeight)
            return state;
        var last = Load(stored);
        return height == stored ? executor.ApplyFromStore(state, last) : await executor.ApplyAsync(state, last);
    }

    private async Task<ChainState> InitChainAsync(GenesisDocument genesis, ulong appVersion)
    {
        var request = new RequestInitChain
        {
            Time = AbciRequests.Time(genesis.GenesisTime),
            ChainId = genesis.ChainId,
            ConsensusParams = ParamsConversion.ToWire(genesis.ConsensusParams),
            AppStateBytes = ByteString.CopyFromUtf8(genesis.AppStateJson ?? ""),
            InitialHeight = genesis.InitialHeight,
        };
        foreach (var validator in genesis.Validators)
        {
            request.Validators.Add(new ValidatorUpdate
            {
                PubKey = new Wire.Crypto.PublicKey { Ed25519 = ByteString.CopyFrom(validator.PublicKey.Span) },
                Power = validator.Power,
            });
        }

        // Before the application is told anything: it would refuse another genesis afterwards.
        if (genesis.Validators.Length > 0)
            _ = SoleValidator.Of([.. genesis.Validators.Select(validator => (validator.PublicKey, validator.Power))], own);
        var response = await application.InitChainAsync(request);
        var set = response.Validators.Count > 0
            ? SoleValidator.Of([.. response.Validators.Select(update => (SoleValidator.KeyOf(update), update.Power))], own)
            : SoleValidator.Of([.. genesis.Validators.Select(validator => (validator.PublicKey, validator.Power))], own);
        var parameters = ParamsConversion.Update(genesis.ConsensusParams, response.ConsensusParams);
        return new ChainState(
            genesis.ChainId,
            genesis.InitialHeight,
            0,
            BlockId.Empty,
            genesis.GenesisTime,
            null,
            set,
            set,
            parameters,
            response.ConsensusParams is null ? appVersion : parameters.AppVersion,
            response.AppHash.IsEmpty ? genesis.AppHash : HexBytes.From(response.AppHash.Span),
            ExecTxResult.Hash([]));
    }

    private StoredBlock Load(long height) => store.Block(height)
        ?? throw new EngineException($"The application needs height {height}, which the engine has pruned. Put the application's data back, or start a new chain with --reset.");

    private ValidatorSet Validators(long height) => store.Validators(height)
        ?? throw new EngineException($"The validators of height {height} are missing in the engine's database.");

    private static void Compare(byte[] application, HexBytes expected, long height)
    {
        if (!expected.Span.SequenceEqual(application))
        {
            throw new EngineException(
                $"The application's hash of height {height} is {Convert.ToHexString(application)}, the chain's is {expected}. Its data is not this chain's, or the program has changed what it computes. Put the right data back, or start a new chain with --reset.");
        }
    }
}
