using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Abci;
using SharedSequencer.Engine.Keys;
using SharedSequencer.Engine.Mempool;
using SharedSequencer.Engine.Storage;

namespace SharedSequencer.Engine.Consensus;

/// <summary>
/// Consensus of one: proposes, lets the application judge its own proposal, signs, and applies. What is about to be
/// signed is written down first, the signature second, so that whatever follows a crash is the same block.
/// </summary>
internal sealed partial class ConsensusLoop(
    AbciLines application, EngineStore store, EngineMempool mempool, BlockExecutor executor, VoteSigner signer, EngineOptions options, ILogger log)
{
    /// <summary>Between rounds, when the application refuses its own proposal: longer each time, as CometBFT's timeouts are.</summary>
    private static readonly TimeSpan s_roundDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestRoundDelay = TimeSpan.FromSeconds(5);

    /// <summary>Makes blocks until it is stopped, which it heeds between blocks and rounds.</summary>
    public async Task RunAsync(ChainState state, CancellationToken stopping)
    {
        while (true)
        {
            if (!IsDue(state))
                await UntilWantedAsync(stopping);
            stopping.ThrowIfCancellationRequested();
            state = await MakeBlockAsync(state, stopping);
        }
    }

    /// <summary>Makes the next block, whether or not there is something to order.</summary>
    public async Task<ChainState> MakeBlockAsync(ChainState state, CancellationToken stopping)
    {
        var height = state.NextHeight;
        var last = height == state.InitialHeight ? null : store.Block(height - 1);
        if (last is null && height != state.InitialHeight)
            throw new EngineException($"Block {height - 1} is missing in the engine's database.");

        // What was written down before a crash may be signed: it is the only candidate.
        var proposal = store.Block(height) ?? await ProposeAsync(state, last, stopping);
        var extension = await ExtendAsync(state, proposal);
        var vote = signer.Precommit(
            state.ChainId, height, proposal.Round, proposal.Id, BftTime.OfVote(proposal.Block.Header.Time, options.Time));
        options.Reached?.Invoke(EnginePoint.Signed, height);

        var decided = proposal with { Commit = new Commit(height, proposal.Round, proposal.Id, [vote]), Extension = extension };
        store.SaveCommit(decided.Commit, extension);
        options.Reached?.Invoke(EnginePoint.BlockSaved, height);
        return await executor.ApplyAsync(state, decided);
    }

    /// <summary>CometBFT's needProofBlock: the first block, and one after each that changed the application's hash.</summary>
    private bool IsDue(ChainState state) =>
        state.LastHeight == 0 || store.Meta(state.LastHeight) is not { } meta || meta.Header.AppHash != state.AppHash;

    private async Task UntilWantedAsync(CancellationToken stopping)
    {
        using var heartbeat = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var beat = Task.Delay(options.Heartbeat, options.Time, heartbeat.Token);
        await Task.WhenAny(mempool.Available, beat);
        await heartbeat.CancelAsync();
    }

    private async Task<StoredBlock> ProposeAsync(ChainState state, StoredBlock? last, CancellationToken stopping)
    {
        var lastCommit = last?.Commit ?? Commit.Empty;
        var delay = s_roundDelay;

        // What was signed at this height without being written down is gone for ever: the next round is free.
        for (var round = signer.Last.Height == state.NextHeight ? signer.Last.Round + 1 : 0; ; round++)
        {
            var request = AbciRequests.Prepare(
                state, last, lastCommit, mempool.Reap(BlockMaker.MaximumDataBytes(state)), signer.PublicKey.Address);
            var prepared = await application.PrepareProposalAsync(request);
            var size = prepared.Txs.Sum(transaction => EngineMempool.Framed(transaction.Length));
            if (size > request.MaxTxBytes)
                throw new EngineException($"PrepareProposal of height {state.NextHeight} gave {size} bytes of transactions; {request.MaxTxBytes} are allowed.");

            ImmutableArray<ReadOnlyMemory<byte>> transactions = [.. prepared.Txs.Select(transaction => transaction.Memory)];
            var block = BlockMaker.Make(state, lastCommit, transactions, signer.PublicKey.Address);
            var body = block.ToProto();
            var id = new BlockId(block.Header.Hash(), PartSet.HeaderOf(body));
            var verdict = await application.ProcessProposalAsync(AbciRequests.Process(block, id, state.LastValidators));
            options.Reached?.Invoke(EnginePoint.Proposed, state.NextHeight);
            if (verdict.Status == ResponseProcessProposal.Types.ProposalStatus.Accept)
            {
                store.SaveProposal(block, body, id, round);
                options.Reached?.Invoke(EnginePoint.ProposalSaved, state.NextHeight);
                return new StoredBlock(id, round, block, null, null);
            }

            LogRefused(state.NextHeight, round, verdict.Status);
            await Task.Delay(delay, options.Time, stopping);
            delay = delay * 2 < s_longestRoundDelay ? delay * 2 : s_longestRoundDelay;
        }
    }

    private async Task<VoteExtension?> ExtendAsync(ChainState state, StoredBlock proposal)
    {
        var from = state.Params.VoteExtensionsEnableHeight;
        if (from == 0 || state.NextHeight < from)
            return null;
        var answer = await application.ExtendVoteAsync(AbciRequests.Extend(proposal.Block, proposal.Id, state.LastValidators));
        var extension = answer.VoteExtension.ToByteArray();
        return new VoteExtension(extension, signer.Extension(state.ChainId, state.NextHeight, proposal.Round, extension));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The application refused the proposal that it had prepared itself, at height {Height}, round {Round} ({Status}); it is asked for another")]
    private partial void LogRefused(long height, int round, ResponseProcessProposal.Types.ProposalStatus status);
}
