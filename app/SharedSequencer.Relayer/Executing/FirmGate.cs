using Microsoft.Extensions.Logging;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Primitives;

namespace SharedSequencer.Relayer.Executing;

/// <summary>
/// Moves the executor's firm mark when an anchor is deep enough, after comparing firm with soft: the slice, read again and
/// verified, must stand in the block that was executed.
/// </summary>
internal sealed partial class FirmGate(
    NamespaceId id, SequencerClient node, IRollupExecutor executor, ExecutionJournal journal, ExecutorStatus status, ILogger<FirmGate> logger)
{
    /// <summary>Marks everything up to a height of the sequencer as firm.</summary>
    /// <param name="height">What the newest confirmed checkpoint covers; lower than before after a deep reorg.</param>
    /// <param name="blockHash">The block that the checkpoint names.</param>
    /// <returns>False when it must be tried again.</returns>
    public async Task<bool> AdvanceAsync(long height, Hash256 blockHash, CancellationToken cancellationToken)
    {
        if (status.Halted)
            return true;
        if (journal.NewestUpTo(height) is not { } soft)
            return true;
        if (soft.Height == height && soft.BlockHash != blockHash)
            return Diverged($"Slice {soft.Slice} was executed from block {soft.BlockHash}; the anchored block at height {height} is {blockHash}.");

        var again = await node.GetSlicesAsync(id, soft.Slice, 1, withProof: true, cancellationToken);
        if (again.Slices is not [{ } slice] || slice.Number != soft.Slice || !Hash256.TryParse(slice.BlockHash, out var hash))
            return false;
        var verdict = SliceVerifier.Verify(slice, id, hash);
        if (verdict.Slice is null)
        {
            LogRefused(soft.Slice, verdict.FailedStep.ToString() ?? "", verdict.Reason);
            return false;
        }

        if (hash != soft.BlockHash)
            return Diverged($"Slice {soft.Slice} was executed from block {soft.BlockHash}; it is firm in block {hash}.");

        var info = await executor.UpdateCommitmentAsync(soft.Slice, cancellationToken);
        status.MarkedFirm(info.Firm);
        return true;
    }

    private bool Diverged(string reason)
    {
        status.Halt(reason);
        LogDiverged(reason);
        return true;
    }

    [LoggerMessage(1, LogLevel.Critical, "Firm data is not what was executed: {Reason} The executor is halted.")]
    private partial void LogDiverged(string reason);

    [LoggerMessage(2, LogLevel.Warning, "Slice {Slice} does not verify at step '{Step}': {Reason}")]
    private partial void LogRefused(ulong slice, string step, string reason);
}
