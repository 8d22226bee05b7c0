using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Rpc;

namespace SharedSequencer.Evm.Execution;

/// <summary>
/// Drives a stock geth: final slices move <c>latest</c>, firm ones move <c>safe</c> and <c>finalized</c>. geth's own head says where to
/// resume, by the slice number in its extraData; blocks that geth lost are built again to the same hashes. One executor drives one geth,
/// and nobody else may.
/// </summary>
public sealed partial class EvmExecutor(
    EvmRollupRules rules, GethRpc geth, EngineApi engine, EvmExecutorOptions? options = null, ILogger<EvmExecutor>? logger = null)
    : IRollupExecutor, IDisposable
{
    private readonly EvmExecutorOptions _options = options ?? new();
    private readonly ILogger _logger = logger ?? NullLogger<EvmExecutor>.Instance;
    private readonly BlockAssembler _assembler = new(rules, geth);
    private readonly ChainReader _chain = new(geth);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Null until geth's head was read, and after every failure: then it is read anew.</summary>
    private EvmBlockPlanner? _planner;
    private EvmBlockHeader _head = null!;
    private BlockPosition? _firm;
    private ulong _firmSlice;
    private ExecutorDivergedException? _halted;

    /// <inheritdoc/>
    public Task<ExecutorInfo> GetInfoAsync(CancellationToken cancellationToken = default) =>
        InTurnAsync(planner => Task.FromResult(Info(planner)), cancellationToken);

    /// <inheritdoc/>
    public Task<ExecutionResult> ExecuteAsync(ExecutorSlice slice, CancellationToken cancellationToken = default) =>
        InTurnAsync(
            async planner =>
            {
                if (slice.Number >= planner.NextSlice)
                    return await BuildAsync(planner.Add(slice), cancellationToken);
                var head = ChainReader.Position(_head);
                if (slice.Number == head.LastSlice && slice.Height != head.Height)
                {
                    throw new ExecutorDivergedException(
                        $"Slice {slice.Number} is at height {slice.Height}, geth's block {head.Number} says height {head.Height}: it executed another chain.");
                }

                return ExecutionResult.Known;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ExecutionResult> TipAsync(ExecutorTip tip, CancellationToken cancellationToken = default) =>
        InTurnAsync(planner => BuildAsync(planner.Add(tip), cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<ExecutorInfo> UpdateCommitmentAsync(ulong firmSlice, CancellationToken cancellationToken = default) =>
        InTurnAsync(
            async planner =>
            {
                _firmSlice = firmSlice;
                await MarkFirmAsync(cancellationToken);
                return Info(planner);
            },
            cancellationToken);

    public void Dispose() => _turn.Dispose();

    private async Task<T> InTurnAsync<T>(Func<EvmBlockPlanner, Task<T>> act, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_halted is not null)
                throw _halted;
            return await act(_planner ??= await ResumeAsync(cancellationToken));
        }
        catch (SliceOutOfOrderException)
        {
            throw;
        }
        catch (Exception e)
        {
            // Whether geth took the last step is not known: its head is asked before the next one.
            _planner = null;
            _halted ??= e as ExecutorDivergedException;
            if (_halted is not null)
                LogHalted(_halted);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<EvmBlockPlanner> ResumeAsync(CancellationToken cancellationToken)
    {
        var chainId = await geth.ChainIdAsync(cancellationToken);
        if (chainId != rules.ChainId)
            throw new ExecutorDivergedException($"{geth.Client.Url} serves chain {chainId}, the rollup is chain {rules.ChainId}.");

        _head = await geth.HeadAsync(cancellationToken);
        if (_head.GasLimit != rules.BlockGasLimit)
        {
            throw new ExecutorDivergedException(
                $"geth's head has a gas limit of {_head.GasLimit}, the chain's rules say {rules.BlockGasLimit}: its genesis is not this chain's.");
        }

        var position = ChainReader.Position(_head);
        CheckKnown(position);
        _firm = await _chain.FinalizedAsync(cancellationToken);
        _firmSlice = Math.Max(_firmSlice, _firm?.LastSlice ?? 0);
        if (_firmSlice > (_firm?.LastSlice ?? 0))
            await MarkFirmAsync(cancellationToken);
        LogResumed(position.Number, position.Hash, position.LastSlice + 1);
        return new EvmBlockPlanner(_head.Timestamp, new SliceMark(position.LastSlice, position.Height));
    }

    private async Task<ExecutionResult> BuildAsync(IReadOnlyList<EvmBlockPlan> plans, CancellationToken cancellationToken)
    {
        if (plans.Count == 0)
            return ExecutionResult.Nothing;
        var blocks = new List<ExecutedBlock>(plans.Count);
        foreach (var plan in plans)
        {
            var assembled = await _assembler.AssembleAsync(_head, plan, cancellationToken);
            var header = assembled.Block.Header;
            var position = ChainReader.Position(header);
            CheckKnown(position);
            var firm = position.LastSlice <= _firmSlice ? position : _firm;
            if (!await TryGiveAsync(assembled, firm, cancellationToken))
                await CommitAsync(assembled, firm, cancellationToken);
            _head = header;
            _firm = firm;
            blocks.Add(new(position, assembled.Slices));
            LogExecuted(position.Number, position.Hash, position.LastSlice, assembled.Block.Transactions.Count);
        }

        return new(blocks);
    }

    private async Task MarkFirmAsync(CancellationToken cancellationToken)
    {
        var firm = await _chain.NewestUpToAsync(_firmSlice, _head, cancellationToken);
        if (firm == _firm)
            return;
        await MoveAsync(_head.Hash, firm, cancellationToken);
        _firm = firm;
        LogFirm(firm.Number, firm.Hash, firm.LastSlice);
    }

    private Task<PayloadStatus> ForkchoiceAsync(EvmHash head, BlockPosition? firm, CancellationToken cancellationToken)
    {
        var firmHash = firm is null ? EvmHash.Zero : EvmHash.Parse(firm.Hash);
        return engine.ForkchoiceUpdatedAsync(head, firmHash, firmHash, cancellationToken);
    }

    private async Task MoveAsync(EvmHash head, BlockPosition? firm, CancellationToken cancellationToken)
    {
        var status = await ForkchoiceAsync(head, firm, cancellationToken);
        if (!status.IsValid)
            throw new ClientUnreachableException($"engine_forkchoiceUpdatedV3 to head {head}: geth answered {status}.");
    }

    /// <summary>Has geth execute the block and make it the head, through the Engine API. False when it puts that off.</summary>
    private async Task<bool> TryGiveAsync(AssembledBlock assembled, BlockPosition? firm, CancellationToken cancellationToken)
    {
        var header = assembled.Block.Header;
        var status = await engine.NewPayloadAsync(assembled.Block.Payload, assembled.Attributes.ParentBeaconBlockRoot, cancellationToken);
        if (status.IsPutOff)
            return false;
        if (!status.IsValid)
            throw new ExecutorDivergedException($"engine_newPayloadV3: geth refuses block {header.Number} {header.Hash}, which it built itself: {status}.");

        try
        {
            // VALID alone does not tell that the head moved.
            return (await ForkchoiceAsync(header.Hash, firm, cancellationToken)).IsValid
                && (await geth.HeadAsync(cancellationToken)).Hash == header.Hash;
        }
        catch (JsonRpcErrorException)
        {
            return false;
        }
    }

    /// <summary>
    /// A geth that was killed comes back at an older head. Until it is past the blocks that it lost, or until its next start when it
    /// had written no state at all, its Engine API takes it for syncing: payloads are put off, and the head stays where it is
    /// ("snap-sync incomplete", "old head while syncing", "too deep reorg"). It builds and commits blocks all the same.
    /// </summary>
    private async Task CommitAsync(AssembledBlock assembled, BlockPosition? firm, CancellationToken cancellationToken)
    {
        var header = assembled.Block.Header;
        LogPutOff(header.Number);
        var head = await geth.HeadAsync(cancellationToken);
        if (head.Hash != header.ParentHash)
            throw new ClientUnreachableException($"geth's head moved to {head.Number} {head.Hash} while block {header.Number} was built on {header.ParentHash}.");
        var committed = await geth.CommitBlockAsync(assembled.Block, assembled.Attributes, cancellationToken);
        if (committed != header.Hash)
            throw new ExecutorDivergedException($"geth committed {committed} as block {header.Number}, which it had built as {header.Hash}.");
        await MoveAsync(header.Hash, firm, cancellationToken);
    }

    private void CheckKnown(BlockPosition position)
    {
        if (position.LastSlice > 0 && _options.KnownBlockHash(position.LastSlice) is { } known && known != position.Hash)
        {
            throw new ExecutorDivergedException(
                $"Block {position.Number} up to slice {position.LastSlice} is {position.Hash}, {known} was recorded: "
                + "the execution client, its genesis or the rules have changed. The executor is halted.");
        }
    }

    private ExecutorInfo Info(EvmBlockPlanner planner) => new(planner.NextSlice, ChainReader.Position(_head), _firm);

    [LoggerMessage(Level = LogLevel.Information, Message = "geth stands at block {Number} {Hash}; slice {NextSlice} is next")]
    private partial void LogResumed(ulong number, string hash, ulong nextSlice);

    [LoggerMessage(Level = LogLevel.Debug, Message = "EVM block {Number} {Hash} up to slice {Slice}: {Transactions} transactions")]
    private partial void LogExecuted(ulong number, string hash, ulong slice, int transactions);

    [LoggerMessage(Level = LogLevel.Debug, Message = "geth's Engine API puts block {Number} off: it is committed directly")]
    private partial void LogPutOff(ulong number);

    [LoggerMessage(Level = LogLevel.Information, Message = "EVM block {Number} {Hash} is firm, up to slice {Slice}")]
    private partial void LogFirm(ulong number, string hash, ulong slice);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The executor is halted: its chain is not the one that the slices make")]
    private partial void LogHalted(Exception reason);
}
