using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Storage.Blocks;

/// <summary>A block's transactions as one value: each with its length before it as a varint.</summary>
internal static class TransactionList
{
    /// <summary>Writes it into a buffer that the next block uses again: of a full block it has megabytes.</summary>
    public static ReadOnlySpan<byte> Encode(IReadOnlyList<SignedTransaction> transactions, WireWriter writer)
    {
        writer.Clear();
        for (var i = 0; i < transactions.Count; i++)
            writer.Varint((ulong)transactions[i].Raw.Length).Raw(transactions[i].Raw.Span);
        return writer.Written;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; the transactions are slices of the bytes.</summary>
    /// <exception cref="StorageException">The bytes were not written by this node.</exception>
    public static SignedTransaction[] Decode(ReadOnlyMemory<byte> bytes, long height)
    {
        List<SignedTransaction> transactions = [];
        var position = 0;
        while (position < bytes.Length)
        {
            var length = Varint(bytes.Span, ref position);
            if (length < 0 || length > bytes.Length - position)
                throw Damaged(height, transactions.Count, "it is cut off");
            if (!SignedTransaction.TryDecode(bytes.Slice(position, length), out var transaction, out var error))
                throw Damaged(height, transactions.Count, error);
            transactions.Add(transaction);
            position += length;
        }

        return [.. transactions];
    }

    /// <summary>The ids alone: SHA-256 of each transaction's bytes.</summary>
    /// <exception cref="StorageException">The bytes were not written by this node.</exception>
    public static List<Hash256> Ids(ReadOnlySpan<byte> bytes, long height)
    {
        List<Hash256> ids = [];
        var position = 0;
        while (position < bytes.Length)
        {
            var length = Varint(bytes, ref position);
            if (length < 0 || length > bytes.Length - position)
                throw Damaged(height, ids.Count, "it is cut off");
            ids.Add(Hash256.Of(bytes.Slice(position, length)));
            position += length;
        }

        return ids;
    }

    private static int Varint(ReadOnlySpan<byte> bytes, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; shift < 35 && position < bytes.Length; shift += 7)
        {
            var part = bytes[position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value <= int.MaxValue ? (int)value : -1;
        }

        return -1;
    }

    private static StorageException Damaged(long height, int index, string why) =>
        new($"The stored block {height} is damaged: transaction {index}: {why}");
}
