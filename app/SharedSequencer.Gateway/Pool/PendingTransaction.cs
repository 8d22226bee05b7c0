using SharedSequencer.Evm;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Gateway.JsonRpc;

namespace SharedSequencer.Gateway.Pool;

/// <summary>A transaction between its acceptance and its execution. Only <see cref="PendingPool"/> changes it.</summary>
internal sealed class PendingTransaction(EthereumTransaction transaction)
{
    private readonly TaskCompletionSource<RpcError?> _submitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EthereumTransaction Transaction { get; } = transaction;

    public EvmHash Hash => Transaction.Hash;

    public PendingStage Stage { get; internal set; } = PendingStage.Queued;

    /// <summary>Number of the slice that holds it, once final.</summary>
    public ulong Slice { get; internal set; }

    /// <summary>Null once the node has received it, or the reason why it did not.</summary>
    public Task<RpcError?> Submitted => _submitted.Task;

    internal void Complete(RpcError? error) => _submitted.TrySetResult(error);
}
