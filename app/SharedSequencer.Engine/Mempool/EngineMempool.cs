using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Engine.Abci;
using SharedSequencer.Primitives;

namespace SharedSequencer.Engine.Mempool;

/// <summary>A transaction is not taken, and the application was not asked. The message is CometBFT's.</summary>
internal sealed class MempoolRefusedException(string message) : Exception(message);

/// <summary>
/// CometBFT's <c>flood</c> mempool with recheck: which transactions are valid is the application's to say; this is the
/// alarm clock. Safe on every thread.
/// </summary>
internal sealed class EngineMempool(AbciLine line, EngineOptions options) : IDisposable
{
    private const int SeenPerPlace = 2;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Lock _gate = new();
    private readonly SeenTransactions _seen = new(options.MempoolCount * SeenPerPlace);
    private readonly LinkedList<Entry> _order = [];
    private readonly Dictionary<Hash256, LinkedListNode<Entry>> _entries = [];
    private long _bytes;
    private TaskCompletionSource _available = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Done as soon as there is a transaction.</summary>
    public Task Available
    {
        get
        {
            lock (_gate)
                return _available.Task;
        }
    }

    /// <summary>Has the application check a transaction, and keeps it when it is good.</summary>
    /// <returns>Done when the question has left; its result when the answer is there.</returns>
    /// <exception cref="MempoolRefusedException">It is too large, known, or there is no room.</exception>
    public async Task<Task<ResponseCheckTx>> CheckAsync(byte[] transaction, CancellationToken cancellation)
    {
        var id = Hash256.Of(transaction);
        await _sending.WaitAsync(cancellation);
        try
        {
            lock (_gate)
            {
                Refuse(transaction.Length);
                if (!_seen.Add(id))
                    throw new MempoolRefusedException("tx already exists in cache");
            }

            var answer = new TaskCompletionSource<ResponseCheckTx>(TaskCreationOptions.RunContinuationsAsynchronously);
            await line.PostAsync(
                new Request { CheckTx = new RequestCheckTx { Tx = UnsafeByteOperations.UnsafeWrap(transaction) } },
                response =>
                {
                    Take(id, transaction, response.CheckTx);
                    answer.SetResult(response.CheckTx);
                },
                flush: true);

            // The connection's end ends the engine; nobody waits for ever.
            return answer.Task.WaitAsync(cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Keeps new transactions from the application until it is disposed of: for the time of Commit.</summary>
    public async Task<IDisposable> HoldAsync()
    {
        await _sending.WaitAsync();
        return new Hold(_sending);
    }

    /// <summary>Waits until the application has answered all checks.</summary>
    public Task FlushAsync() => line.FlushAsync();

    /// <summary>Takes out what a block holds, and has the application check the rest again. While held.</summary>
    public async Task UpdateAsync(ImmutableArray<ReadOnlyMemory<byte>> transactions, IReadOnlyList<ExecTxResult> results)
    {
        Entry[] left;
        lock (_gate)
        {
            for (var i = 0; i < transactions.Length; i++)
            {
                var id = Hash256.Of(transactions[i].Span);
                if (results[i].Code == 0)
                    _seen.Add(id);
                else
                    _seen.Remove(id);
                Drop(id);
            }

            left = [.. _order];
        }

        foreach (var entry in left)
        {
            await line.PostAsync(
                new Request { CheckTx = new RequestCheckTx { Tx = UnsafeByteOperations.UnsafeWrap(entry.Transaction), Type = CheckTxType.Recheck } },
                response =>
                {
                    if (response.CheckTx.Code == 0)
                        return;
                    lock (_gate)
                    {
                        Drop(entry.Id);
                        _seen.Remove(entry.Id);
                    }
                },
                flush: false);
        }

        if (left.Length > 0)
            await line.FlushAsync();
    }

    /// <summary>Transactions for a block, the oldest first, as many as fit.</summary>
    /// <param name="maximumBytes">Protobuf's tag and length of each counted.</param>
    public List<ReadOnlyMemory<byte>> Reap(long maximumBytes)
    {
        var result = new List<ReadOnlyMemory<byte>>();
        lock (_gate)
        {
            foreach (var entry in _order)
            {
                maximumBytes -= Framed(entry.Transaction.Length);
                if (maximumBytes < 0)
                    break;
                result.Add(entry.Transaction);
            }
        }

        return result;
    }

    /// <summary>Bytes that a transaction takes inside a block.</summary>
    public static long Framed(int length) => 1 + Primitives.Wire.WireWriter.VarintLength((ulong)length) + (long)length;

    public void Dispose() => _sending.Dispose();

    private void Take(Hash256 id, byte[] transaction, ResponseCheckTx response)
    {
        lock (_gate)
        {
            if (response.Code != 0)
            {
                _seen.Remove(id);
                return;
            }

            // A second look: others may have come while the application thought.
            if (_entries.ContainsKey(id) || _entries.Count >= options.MempoolCount || _bytes + transaction.Length > options.MempoolBytes)
                return;
            _entries.Add(id, _order.AddLast(new Entry(id, transaction)));
            _bytes += transaction.Length;
            _available.TrySetResult();
        }
    }

    private void Refuse(int length)
    {
        if (length > options.MaximumTransactionBytes)
            throw new MempoolRefusedException(Text($"Tx too large. Max size is {options.MaximumTransactionBytes}, but got {length}"));
        if (_entries.Count >= options.MempoolCount || _bytes + length > options.MempoolBytes)
        {
            throw new MempoolRefusedException(Text(
                $"mempool is full: number of txs {_entries.Count} (max: {options.MempoolCount}), total txs bytes {_bytes} (max: {options.MempoolBytes})"));
        }
    }

    private void Drop(Hash256 id)
    {
        if (!_entries.Remove(id, out var place))
            return;
        _order.Remove(place);
        _bytes -= place.Value.Transaction.Length;
        if (_entries.Count == 0 && _available.Task.IsCompleted)
            _available = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Entry(Hash256 Id, byte[] Transaction);

    private sealed class Hold(SemaphoreSlim sending) : IDisposable
    {
        public void Dispose() => sending.Release();
    }
}
