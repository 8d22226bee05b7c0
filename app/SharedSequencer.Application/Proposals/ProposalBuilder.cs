using SharedSequencer.Application.Mempool;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Proposals;

/// <summary>
/// Fills a block from the pool, each account's transactions in the order of their nonces. When all fits, the highest
/// tip goes first. When it does not, every waiting namespace first gets its guaranteed share, and the rest of the block
/// goes by tip.
/// </summary>
internal sealed class ProposalBuilder(TransactionPool pool, ApplicationOptions options)
{
    private readonly FairShares _shares = new(options.GuaranteedPercent);

    /// <summary>Builds and executes a block on a fork of the state.</summary>
    /// <param name="maximumBytes">Of all items with their protobuf framing, the preamble's included.</param>
    public ExecutedBlock Build(ChainState parent, BlockContext context, long maximumBytes)
    {
        var snapshot = pool.Snapshot();
        var filling = new BlockFilling(
            pool,
            new BlockExecution(parent, context),
            new CandidateQueues(snapshot.Queues, new BlockFees(parent, context.Time)),
            maximumBytes - Framing.Of(Preamble.MaximumLength));
        if (snapshot.Bytes + (snapshot.Count * (long)Framing.Most) <= filling.Room)
        {
            filling.FillByTip();
        }
        else
        {
            var allowances = _shares.Open(context.Height, Deposits(snapshot, parent), filling.Room);
            filling.FillShares(allowances);
            filling.FillByTip();
            _shares.Close(allowances);
        }

        return filling.Seal();
    }

    private static Dictionary<NamespaceId, ulong> Deposits(PoolSnapshot snapshot, ChainState state)
    {
        Dictionary<NamespaceId, ulong> deposits = [];
        foreach (var queue in snapshot.Queues)
        {
            foreach (var entry in queue.Span)
            {
                foreach (var demand in entry.Demands)
                {
                    if (!deposits.ContainsKey(demand.Namespace))
                        deposits.Add(demand.Namespace, state.Namespace(demand.Namespace)?.Deposit ?? 0);
                }
            }
        }

        return deposits;
    }
}

/// <summary>Bytes that an item takes of max_tx_bytes: a tag of one byte, its length, itself.</summary>
internal static class Framing
{
    /// <summary>What a transaction takes beside itself at most.</summary>
    public const int Most = 1 + 3;

    public static long Of(int length) => 1 + WireWriter.VarintLength((ulong)length) + length;
}
