using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Gateway.Pool;

namespace SharedSequencer.Tests.Gateway;

internal static class PendingPoolExtensions
{
    /// <summary>An attempt whose account was read at this very moment.</summary>
    public static AdmissionVerdict TryAdmitNow(this PendingPool pool, EthereumTransaction transaction, EvmAccount account) =>
        pool.TryAdmit(transaction, account, pool.Executions)!.Value;
}
