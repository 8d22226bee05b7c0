using Microsoft.Extensions.Logging;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Primitives;

namespace SharedSequencer.Relayer.Executing;

/// <summary>
/// Brings every final slice of one namespace to its executor: verified, in order, at least once. The executor's own head
/// says where to resume. What fails for now is tried again; a diverging executor is reported and halted.
/// </summary>
internal sealed partial class ExecutorDriver(
    NamespaceId id,
    SequencerClient node,
    IRollupExecutor executor,
    ExecutionJournal journal,
    ExecutorStatus status,
    FatalError fatal,
    TimeProvider time,
    ILogger<ExecutorDriver> logger) : ProgramService(fatal)
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(10);

    protected override async Task RunAsync(CancellationToken stopping)
    {
        var delay = s_firstDelay;
        while (true)
        {
            try
            {
                await FollowAsync(() => delay = s_firstDelay, stopping);
            }
            catch (ExecutorDivergedException e)
            {
                // Nothing is patched over: a person has to look. Anchoring goes on.
                status.Halt(e.Message);
                return;
            }
            catch (Exception e) when (IsTemporary(e))
            {
                status.Trouble(e.Message);
                LogTrouble(e.Message);
            }

            await Task.Delay(delay, time, stopping);
            delay = delay * 2 < s_longestDelay ? delay * 2 : s_longestDelay;
        }
    }

    private async Task FollowAsync(Action progressed, CancellationToken stopping)
    {
        var info = await executor.GetInfoAsync(stopping);
        status.Stands(info);
        var next = info.NextSlice;
        await foreach (var happened in node.FollowSlicesAsync(id, next, withProof: true, stopping))
        {
            ExecutionResult result;
            switch (happened)
            {
                case SliceArrived { Slice: var slice }:
                    if (slice.Number != next)
                        throw new RefusedSliceException($"The node sent slice {slice.Number}; slice {next} is next.");
                    result = await ExecuteAsync(slice, next, stopping);
                    next++;
                    break;
                case TipReached { Tip: var tip }:
                    result = await executor.TipAsync(new ExecutorTip(tip.Height, tip.Time), stopping);
                    break;
                default:
                    throw new InvalidOperationException($"{happened.GetType().Name} is no event of a slice stream.");
            }

            foreach (var block in result.Blocks)
            {
                journal.SetExecutorHash(block.Position.LastSlice, block.Position.Hash);
                status.Executed(block);
                foreach (var dropped in block.Slices.SelectMany(s => s.Payloads).Where(p => !p.IsIncluded))
                    LogDropped(block.Position.Number, dropped.TransactionHash, dropped.DropCode!, dropped.DropDetail!);
            }

            progressed();
        }
    }

    private async Task<ExecutionResult> ExecuteAsync(SliceResponse answer, ulong number, CancellationToken stopping)
    {
        var verified = Verify(answer);

        // Journalled before it is executed: what the executor has is never unknown here.
        journal.Write(new JournalEntry(number, verified.Header.Height, verified.BlockHash, null));
        return await executor.ExecuteAsync(
            new ExecutorSlice(number, verified.Header.Height, answer.Time, [.. verified.Entries.Select(e => e.Payload.ToArray())]),
            stopping);
    }

    private VerifiedSlice Verify(SliceResponse answer)
    {
        if (!Hash256.TryParse(answer.BlockHash, out var blockHash))
            throw new RefusedSliceException($"The node sent '{answer.BlockHash}' as a block hash.");
        var verdict = SliceVerifier.Verify(answer, id, blockHash);
        return verdict.Slice
            ?? throw new RefusedSliceException($"The slice at height {answer.Height} does not verify at step '{verdict.FailedStep}': {verdict.Reason}");
    }

    private static bool IsTemporary(Exception e) =>
        e is RefusedSliceException or SliceOutOfOrderException or ClientUnreachableException or JsonRpcErrorException
            or SequencerApiException or SequencerConnectionException or HttpRequestException or TimeoutException;

    [LoggerMessage(1, LogLevel.Warning, "Execution waits: {Reason}")]
    private partial void LogTrouble(string reason);

    [LoggerMessage(2, LogLevel.Information, "EVM block {Block}: payload {Transaction} was dropped, {Code}: {Reason}")]
    private partial void LogDropped(ulong block, string? transaction, string code, string reason);
}
