using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Evm.Execution;

/// <summary>
/// From a planned block to a built one: decode, filter, build, and check that what came back is what was asked for. What enters is a
/// function of the slices and of the parent's state alone, so that a replay builds the same hashes.
/// </summary>
internal sealed class BlockAssembler(EvmRollupRules rules, GethRpc geth)
{
    /// <summary>Recovering a sender takes about 50 µs: below this many, one core is quick enough.</summary>
    private const int ParallelFrom = 32;

    public async Task<AssembledBlock> AssembleAsync(EvmBlockHeader parent, EvmBlockPlan plan, CancellationToken cancellationToken)
    {
        var payloads = plan.Slices.SelectMany(slice => slice.Payloads).ToArray();
        var decoded = new EthereumTransaction?[payloads.Length];
        var dropped = new DroppedBecause?[payloads.Length];
        Decode(payloads, decoded, dropped);

        var candidates = new List<Candidate>(payloads.Length);
        for (var i = 0; i < decoded.Length; i++)
        {
            if (decoded[i] is { } transaction)
                candidates.Add(new(i, transaction));
        }

        var accounts = await AccountsAsync(candidates, parent.Hash, cancellationToken);
        var filter = new CandidateFilter(rules, BaseFee.After(parent), accounts);
        var attributes = BlockSeed.Attributes(rules, plan);
        var extraData = plan.Mark.ToExtraData();
        var search = new BlockSearch(
            filter,
            rules.BlockGasLimit,
            (list, token) => BuildAsync(parent.Hash, attributes, list, extraData, token),
            (candidate, reason) => dropped[candidate.Index] = reason);
        var (block, included) = await search.RunAsync(candidates, cancellationToken);
        Check(parent, plan, extraData, block, included);
        return new(block, attributes, Results(plan, decoded, dropped));
    }

    private void Decode(byte[][] payloads, EthereumTransaction?[] decoded, DroppedBecause?[] dropped)
    {
        if (payloads.Length < ParallelFrom)
        {
            for (var i = 0; i < payloads.Length; i++)
                DecodeOne(i);
        }
        else
        {
            Parallel.For(0, payloads.Length, DecodeOne);
        }

        void DecodeOne(int i) => _ = EthereumTransaction.TryDecode(payloads[i], rules.TransactionRules, out decoded[i], out dropped[i]);
    }

    private async Task<IReadOnlyDictionary<EvmAddress, EvmAccount>> AccountsAsync(
        List<Candidate> candidates, EvmHash parent, CancellationToken cancellationToken)
    {
        var addresses = candidates.Select(candidate => candidate.Transaction.Sender).Distinct().ToArray();
        var accounts = await geth.AccountsAsync(addresses, BlockReference.Hash(parent), cancellationToken);
        var byAddress = new Dictionary<EvmAddress, EvmAccount>(addresses.Length);
        for (var i = 0; i < addresses.Length; i++)
            byAddress.Add(addresses[i], accounts[i]);
        return byAddress;
    }

    private async Task<BuildAttempt> BuildAsync(
        EvmHash parent, PayloadAttributes attributes, IReadOnlyList<Candidate> list, byte[] extraData, CancellationToken cancellationToken)
    {
        try
        {
            var transactions = list.Select(candidate => candidate.Transaction.Raw).ToArray();
            return new(await geth.BuildBlockAsync(parent, attributes, transactions, extraData, cancellationToken), null);
        }
        catch (JsonRpcErrorException e)
        {
            return new(null, e.ServerMessage);
        }
    }

    private void Check(
        EvmBlockHeader parent, EvmBlockPlan plan, byte[] extraData, BuiltBlock block, IReadOnlyList<Candidate> included)
    {
        var header = block.Header;
        if (header.Number != parent.Number + 1 || header.ParentHash != parent.Hash || header.Timestamp != plan.Timestamp
            || !header.ExtraData.AsSpan().SequenceEqual(extraData))
        {
            throw new ExecutorDivergedException(
                $"The client built block {header.Number} on {header.ParentHash} at time {header.Timestamp}; "
                + $"block {parent.Number + 1} on {parent.Hash} at time {plan.Timestamp} was asked for.");
        }

        if (header.GasLimit != rules.BlockGasLimit)
        {
            throw new ExecutorDivergedException(
                $"The client builds blocks of {header.GasLimit} gas, the chain's rules say {rules.BlockGasLimit}: "
                + $"start it with --miner.gaslimit {rules.BlockGasLimit}.");
        }

        if (header.BaseFeePerGas != BaseFee.After(parent))
        {
            throw new ExecutorDivergedException(
                $"The client gives block {header.Number} a base fee of {header.BaseFeePerGas}, EIP-1559 says {BaseFee.After(parent)}: "
                + "its genesis is not this chain's.");
        }

        var same = block.Transactions.Count == included.Count;
        for (var i = 0; same && i < included.Count; i++)
            same = block.Transactions[i] == "0x" + Convert.ToHexStringLower(included[i].Transaction.Raw.Span);
        if (!same)
            throw new ExecutorDivergedException($"The client's block {header.Number} does not hold the {included.Count} transactions that were asked for.");
    }

    private static List<SliceResult> Results(EvmBlockPlan plan, EthereumTransaction?[] decoded, DroppedBecause?[] dropped)
    {
        var results = new List<SliceResult>(plan.Slices.Count);
        var next = 0;
        foreach (var slice in plan.Slices)
        {
            var payloads = new PayloadResult[slice.Payloads.Count];
            for (var i = 0; i < payloads.Length; i++, next++)
                payloads[i] = new(decoded[next]?.Hash.ToString(), DropCode.Of(dropped[next]?.Reason), dropped[next]?.Detail);
            results.Add(new(slice.Number, slice.Height, payloads));
        }

        return results;
    }
}
