using System.Globalization;
using System.Text;

namespace SharedSequencer.Bench.Load;

/// <summary>Transactions of the kvstore, <c>key=value</c>, of the sizes of signed ones.</summary>
internal static class KeyValueLoad
{
    public static ReadOnlyMemory<byte>[] Like(IReadOnlyList<ReadOnlyMemory<byte>> signed)
    {
        var transactions = new ReadOnlyMemory<byte>[signed.Count];
        for (var i = 0; i < transactions.Length; i++)
        {
            var transaction = new byte[signed[i].Length];
            transaction.AsSpan().Fill((byte)'v');
            _ = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"k{i:x8}="), transaction);
            transactions[i] = transaction;
        }

        return transactions;
    }
}
