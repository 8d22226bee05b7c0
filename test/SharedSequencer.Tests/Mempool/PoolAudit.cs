using SharedSequencer.Application;
using SharedSequencer.Application.Mempool;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Tests.Mempool;

/// <summary>Counts everything in the pool anew and compares.</summary>
internal static class PoolAudit
{
    public static IReadOnlyList<string> Faults(PoolBooks books, ChainState state, ApplicationOptions options)
    {
        List<string> faults = [];
        long bytes = 0, runnableBytes = 0;
        int count = 0, parked = 0, tails = 0, runnable = 0;
        foreach (var queue in books.Queues)
        {
            var account = state.Account(queue.Id);
            var next = account.Nonce;
            UInt128 spend = 0;
            var guaranteed = true;
            foreach (var entry in queue.View.Span)
            {
                Check(entry.Nonce == next++, $"nonce {entry.Nonce} is not consecutive");
                Check(books.Find(entry.Id) == entry, $"{entry.Id} can run and is not found by its id");
                Check(!entry.IsParked, $"{entry.Id} can run and is marked as waiting");
                Check(guaranteed || !entry.IsGuaranteed, $"{entry.Id} is guaranteed behind one that is not");
                Check(entry.Deadline > state.Time.Seconds, $"{entry.Id} has outlived its time");
                guaranteed = entry.IsGuaranteed;
                spend += entry.Spend;
                runnableBytes += entry.Bytes;
                runnable++;
            }

            Check(spend == queue.Spend, "the spend is not the sum");
            Check(spend <= account.Balance, $"the account has {account.Balance}, its transactions can take {spend}");
            Check(!queue.IsEmpty, "an empty queue is kept");
            var hasTail = queue.Count > 0 && !queue.Last.IsGuaranteed;
            Check(hasTail == queue.IndexedTail is not null, "the tail is not indexed as it should be");
            if (queue.IndexedTail is { } key)
            {
                tails++;
                Check(books.Tails.Contains(key) && key.Arrival == queue.Last.Arrival, "the tail's key is old");
                Check(key.Rank == Lowest(queue), "the tail's rank is not the lowest tip");
            }

            foreach (var (nonce, entry) in queue.Parked)
            {
                Check(nonce >= next && entry.Nonce == nonce, $"nonce {nonce} waits although {next} is next");
                Check(entry.Deadline > state.Time.Seconds && entry.Deadline <= entry.Transaction.Body.ExpiryTime, $"{entry.Id} waits beyond its time");
                Check(entry.IsParked && books.Parked.Contains(entry) && books.Find(entry.Id) == entry, $"{entry.Id} waits and is not indexed");
                bytes += entry.Bytes;
                parked++;
            }

            count += queue.Count + queue.Parked.Count;
            Check(
                queue.Count <= options.PoolCountPerAccount && queue.Bytes <= options.PoolBytesPerAccount,
                $"{queue.Count} transactions of {queue.Bytes} bytes of one account can run");
            Check(
                queue.Parked.Count <= options.ParkedCountPerAccount && queue.ParkedBytes <= options.ParkedBytesPerAccount,
                $"{queue.Parked.Count} transactions of {queue.ParkedBytes} bytes of one account wait");
        }

        bytes += runnableBytes;
        Check(count == books.Count && runnable == books.RunnableCount, $"{count} transactions are there, {books.Count} are counted");
        Check(bytes == books.Bytes && runnableBytes == books.RunnableBytes, $"{bytes} bytes are there, {books.Bytes} are counted");
        Check(books.Count <= options.PoolCount && bytes <= options.PoolBytes, $"{books.Count} transactions of {bytes} bytes are there");
        Check(
            parked <= options.ParkedCount && bytes - runnableBytes <= options.ParkedBytes, $"{parked} transactions of {bytes - runnableBytes} bytes wait");
        Check(parked == books.Parked.Count, $"{parked} wait, {books.Parked.Count} are indexed");
        Check(tails == books.Tails.Count, $"{tails} tails are there, {books.Tails.Count} are indexed");
        Check(runnable == books.MaxBases.Count, $"{runnable} can run, {books.MaxBases.Count} are indexed by fee");
        return faults;

        void Check(bool holds, string fault)
        {
            if (!holds)
                faults.Add(fault);
        }
    }

    private static ulong Lowest(AccountQueue queue)
    {
        var lowest = ulong.MaxValue;
        foreach (var entry in queue.View.Span)
            lowest = Math.Min(lowest, entry.TipPerByte);
        return lowest;
    }
}
