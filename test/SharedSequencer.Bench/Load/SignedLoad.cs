using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Bench.Load;

/// <summary>Makes and signs transactions ahead of a measurement, on all cores.</summary>
internal static class SignedLoad
{
    /// <summary>What a SubmitData transaction of the load has beside its payload, at most.</summary>
    private const int Overhead = 180;

    /// <summary>
    /// SubmitData transactions of so many bytes each (up to a few: numbers have no fixed length), in the order of
    /// sending: a round of every account's first, then every account's second, and so on.
    /// </summary>
    /// <param name="first">The place of the first one in that order.</param>
    public static SignedTransaction[] Submissions(SecretKey[] keys, int count, int size, long expiry, int first = 0)
    {
        var id = NamespaceId.OfName(LoadGenesis.Namespace);
        var payload = new byte[size - Overhead];
        new Random(1).NextBytes(payload);
        var sample = SignedTransaction.Sign(LoadGenesis.Body(1, expiry, new SubmitData(id, payload)), keys[0]);
        payload = new byte[payload.Length + size - sample.Raw.Length];
        new Random(1).NextBytes(payload);
        return Many(count, i => (keys[(first + i) % keys.Length], LoadGenesis.Body((ulong)((first + i) / keys.Length), expiry, new SubmitData(id, payload))));
    }

    /// <summary>Transfers of one useq to other accounts, in the order of sending.</summary>
    public static SignedTransaction[] Transfers(SecretKey[] keys, int count, long expiry) => Many(count, i => (
        keys[i % keys.Length],
        LoadGenesis.Body((ulong)(i / keys.Length), expiry, new Transfer(keys[((i * 7) + 1) % keys.Length].PublicKey, 1))));

    private static SignedTransaction[] Many(int count, Func<int, (SecretKey Key, TransactionBody Body)> make)
    {
        var transactions = new SignedTransaction[count];
        Parallel.For(0, count, i =>
        {
            var (key, body) = make(i);
            transactions[i] = SignedTransaction.Sign(body, key);
        });
        return transactions;
    }
}
