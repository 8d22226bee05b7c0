using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Devnet.Demo;

/// <summary>An ETH transfer through the gateway, as a wallet makes it, followed as far as it comes.</summary>
internal static class EthereumTransfer
{
    private static readonly EvmAddress s_recipient = EvmAddress.Parse("0x00000000000000000000000000000000000d3300");
    private static readonly BigInteger s_oneEther = BigInteger.Pow(10, 18);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(LocalNetwork network, Progress progress, CancellationToken cancellation)
    {
        using var gateway = new GethRpc(new JsonRpcClient(network.Evm!.Gateway));
        var sender = EvmAddress.Of(LocalNetwork.EvmDeveloper);
        var raw = new FeeMarketTransaction
        {
            ChainId = network.Plan.EvmChainId,
            Nonce = await gateway.NonceAsync(sender, BlockReference.Pending, cancellation),
            To = s_recipient,
            Value = s_oneEther,
        }.Sign(LocalNetwork.EvmDeveloper);
        var started = Stopwatch.GetTimestamp();
        var hash = (await gateway.Client.CallAsync(JsonRpcCall.Of("eth_sendRawTransaction", "0x" + Convert.ToHexStringLower(raw)), cancellation)).GetString()!;
        progress.Say($"demo: sent 1 ETH to {s_recipient} through the gateway: {hash}");

        var goal = DemoGoal.Of(network);
        await FollowAsync(gateway, hash, goal, started, progress, cancellation);
        await CheckAsync(gateway, hash, goal, progress, cancellation);
    }

    private static async Task FollowAsync(GethRpc gateway, string hash, string goal, long started, Progress progress, CancellationToken cancellation)
    {
        var last = "";
        var hasReceipt = false;
        while (last != goal || !hasReceipt)
        {
            var answer = await gateway.Client.CallAsync(JsonRpcCall.Of("seq_getTransactionStatus", hash), cancellation);
            var status = answer.ValueKind == JsonValueKind.Object ? answer.GetProperty("status").GetString()! : last;
            if (status != last)
            {
                Step(status);
                last = status;
                if (TransactionLadder.IsEnd(status) && status != goal)
                    throw new DemoFailedException($"The ETH transfer ended as {status}: {answer.GetRawText()}");
            }

            if (!hasReceipt && await gateway.FindReceiptAsync(EvmHash.Parse(hash), cancellation) is { } receipt)
            {
                hasReceipt = true;
                Step($"receipt, EVM block {receipt.GetProperty("blockNumber").GetString()}");
            }

            await Task.Delay(s_poll, cancellation);
        }

        void Step(string what) => progress.Say(string.Create(
            CultureInfo.InvariantCulture, $"      ETH transfer: {what} after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms"));
    }

    private static async Task CheckAsync(GethRpc gateway, string hash, string goal, Progress progress, CancellationToken cancellation)
    {
        var receipt = await gateway.FindReceiptAsync(EvmHash.Parse(hash), cancellation)
            ?? throw new DemoFailedException($"There is no receipt of {hash} although it is {goal}.");
        var block = Convert.ToUInt64(receipt.GetProperty("blockNumber").GetString(), 16);

        // By its own block and the one before: after a crash geth may still be getting back blocks that it lost.
        var before = await gateway.BalanceAsync(s_recipient, BlockReference.Number(block - 1), cancellation);
        var after = await gateway.BalanceAsync(s_recipient, BlockReference.Number(block), cancellation);
        if (after - before != s_oneEther)
            throw new DemoFailedException($"{s_recipient} has {after} wei after block {block}; {before + s_oneEther} are expected.");
        progress.Say($"      geth: the balance grew by 1 ETH in EVM block {block}");
        if (goal != TransactionStatuses.Firm)
            return;
        foreach (var tag in new[] { BlockReference.Safe, BlockReference.Finalized })
        {
            // firm is the node's word; the relayer moves geth's marks at the same moment.
            var deadline = Stopwatch.GetTimestamp();
            while ((await gateway.FindBlockAsync(tag, cancellation))?.Number is not { } number || number < block)
            {
                if (Stopwatch.GetElapsedTime(deadline) > TimeSpan.FromSeconds(10))
                    throw new DemoFailedException($"geth's {tag} block has not passed block {block}.");
                await Task.Delay(s_poll, cancellation);
            }
        }

        progress.Say($"      geth: safe and finalized have passed EVM block {block}");
    }
}
