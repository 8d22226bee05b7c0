using System.Collections.Concurrent;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Application;

/// <summary>
/// Decodes transactions and verifies their signatures once: what was checked for the pool is not checked again when a
/// proposal carries it. Two generations bound the memory. Safe on every thread.
/// </summary>
public sealed class VerifiedTransactions(long maximumBytes = 128L * 1024 * 1024)
{
    private readonly Lock _lock = new();
    private readonly KnownKeys _keys = new();
    private ConcurrentDictionary<Hash256, SignedTransaction> _young = new();
    private ConcurrentDictionary<Hash256, SignedTransaction> _old = new();
    private long _youngBytes;

    /// <summary>Decodes and verifies, or finds what was verified before.</summary>
    /// <param name="raw">Kept: the caller must not change it.</param>
    public TransactionCheck Check(ReadOnlyMemory<byte> raw)
    {
        var id = Hash256.Of(raw.Span);
        if (_young.TryGetValue(id, out var known) || _old.TryGetValue(id, out known))
            return TransactionCheck.Good(known);
        if (!SignedTransaction.TryDecode(raw, id, out var transaction, out var error))
            return TransactionCheck.Malformed(raw.Length, error);
        if (!transaction.HasValidSignature(_keys))
            return TransactionCheck.BadSignature(transaction);
        Remember(transaction);
        return TransactionCheck.Good(transaction);
    }

    /// <summary>A block holds them: their nonces are used, and they come no more.</summary>
    public void Forget(IReadOnlyList<SignedTransaction> included)
    {
        for (var i = 0; i < included.Count; i++)
        {
            if (_young.TryRemove(included[i].Id, out _))
                Interlocked.Add(ref _youngBytes, -included[i].Raw.Length);
            else
                _old.TryRemove(included[i].Id, out _);
        }
    }

    private void Remember(SignedTransaction transaction)
    {
        if (!_young.TryAdd(transaction.Id, transaction) || Interlocked.Add(ref _youngBytes, transaction.Raw.Length) < maximumBytes / 2)
            return;
        lock (_lock)
        {
            if (Interlocked.Read(ref _youngBytes) < maximumBytes / 2)
                return;
            _old = _young;
            _young = new ConcurrentDictionary<Hash256, SignedTransaction>();
            Interlocked.Exchange(ref _youngBytes, 0);
        }
    }
}
