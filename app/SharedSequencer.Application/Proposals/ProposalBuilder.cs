using SharedSequencer.Application.Mempool;
using SharedSequencer.Primitives.Wire;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Proposals;

/// <summary>
/// Fills a block from the pool: the highest tip first, each account's transactions in the order of their nonces.
/// </summary>
internal static class ProposalBuilder
{
    /// <summary>How often in a row a transaction may not fit before the block counts as full.</summary>
    private const int MisfitsUntilFull = 100;

    /// <summary>Builds and executes a block on a fork of the state.</summary>
    /// <param name="maximumBytes">Of all items with their protobuf framing, the preamble's included.</param>
    public static ExecutedBlock Build(ChainState parent, BlockContext context, TransactionPool pool, long maximumBytes)
    {
        var execution = new BlockExecution(parent, context);
        var room = maximumBytes - Framed(Preamble.MaximumLength);
        var queues = pool.Snapshot();
        PriorityQueue<(int Queue, int Position), (ulong NegativeTip, ulong Arrival)> heads = new();
        for (var i = 0; i < queues.Count; i++)
            Enqueue(i, 0);

        var misfits = 0;
        while (misfits < MisfitsUntilFull && heads.TryDequeue(out var head, out _))
        {
            var entry = queues[head.Queue][head.Position];
            if (Framed(entry.Bytes) > room)
            {
                misfits++;
                continue;
            }

            var verdict = execution.TryAdd(entry.Transaction);
            if (verdict.IsOk)
            {
                room -= Framed(entry.Bytes);
                misfits = 0;
                Enqueue(head.Queue, head.Position + 1);
            }
            else if (verdict.Code != ResultCode.QuotaExceeded)
            {
                pool.NoteFailed(entry.Id, verdict);
            }
        }

        return execution.Seal();

        void Enqueue(int queue, int position)
        {
            if (position < queues[queue].Length)
                heads.Enqueue((queue, position), (ulong.MaxValue - queues[queue][position].TipPerByte, queues[queue][position].Arrival));
        }
    }

    /// <summary>Bytes that an item takes of max_tx_bytes: a tag of one byte, its length, itself.</summary>
    private static long Framed(int length) => 1 + WireWriter.VarintLength((ulong)length) + length;
}
