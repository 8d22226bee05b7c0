using System.Numerics;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Gateway.JsonRpc;

namespace SharedSequencer.Gateway.Pool;

/// <summary>
/// Why a transaction is refused, in geth's words: wallets and libraries tell the cases apart by these texts
/// (viem's <c>errors/node</c>, ethers' <c>provider-jsonrpc</c>).
/// </summary>
internal static class TransactionErrors
{
    public static RpcError AlreadyKnown => RpcError.Refused("already known");

    public static RpcError ReplacementUnderpriced => RpcError.Refused(
        "replacement transaction underpriced: the sequencer has this nonce's transaction already, and it cannot be replaced");

    public static RpcError PoolFull => RpcError.Refused("txpool is full: too many transactions wait for execution; try again later");

    public static RpcError AccountFull(int limit) =>
        RpcError.Refused($"account limit exceeded: {limit} transactions of this account wait for execution; try again later");

    public static RpcError NotReplayProtected => RpcError.Refused("only replay-protected (EIP-155) transactions allowed over RPC");

    public static RpcError Oversized(long size, long limit) => RpcError.Refused($"oversized data: transaction size {size}, limit {limit}");

    public static RpcError NonceTooLow(ulong next, ulong nonce) => RpcError.Refused($"nonce too low: next nonce {next}, tx nonce {nonce}");

    public static RpcError NonceTooHigh(EvmAddress sender, ulong next, ulong nonce) =>
        RpcError.Refused($"nonce too high: address {sender}, tx: {nonce} state: {next}");

    public static RpcError InsufficientFunds(BigInteger balance, BigInteger cost) =>
        RpcError.Refused($"insufficient funds for gas * price + value: balance {balance}, tx cost {cost}, overshot {cost - balance}");

    public static RpcError FeeCapTooLow(EthereumTransaction transaction, BigInteger baseFee) => RpcError.Refused(
        $"max fee per gas less than block base fee: address {transaction.Sender}, maxFeePerGas: {transaction.MaxFeePerGas}, baseFee: {baseFee}");

    /// <summary>What the bytes alone show.</summary>
    public static RpcError Of(DroppedBecause fault) => RpcError.Refused(fault.Reason switch
    {
        DropReason.UnsupportedType => $"transaction type not supported: {fault.Detail}",
        DropReason.TooLarge => $"oversized data: {fault.Detail}",
        DropReason.WrongChain => $"invalid sender: invalid chain id for signer: {fault.Detail}",
        DropReason.BadSignature => $"invalid sender: {fault.Detail}",
        DropReason.TipAboveFeeCap => $"max priority fee per gas higher than max fee per gas: {fault.Detail}",
        DropReason.IntrinsicGas => $"intrinsic gas too low: {fault.Detail}",
        DropReason.GasLimitAboveBlock => $"exceeds block gas limit: {fault.Detail}",
        DropReason.InitCodeTooLarge => $"max initcode size exceeded: {fault.Detail}",
        DropReason.NonceTooHigh => $"nonce has max value: {fault.Detail}",
        _ => $"invalid transaction: {fault.Detail}",
    });
}
