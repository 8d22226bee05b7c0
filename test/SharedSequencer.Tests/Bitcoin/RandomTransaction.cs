using SharedSequencer.Bitcoin;

namespace SharedSequencer.Tests.Bitcoin;

/// <summary>Transactions of every shape, from a seed.</summary>
internal static class RandomTransaction
{
    public static BitcoinTransaction Of(int seed) => Of(new Random(seed));

    public static BitcoinTransaction Of(Random random)
    {
        var witness = random.Next(2) == 0;
        var inputs = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Input(random, witness)).ToList();
        var outputs = Enumerable.Range(0, random.Next(1, random.Next(8) == 0 ? 300 : 5)).Select(_ => Output(random)).ToList();
        return new BitcoinTransaction(random.Next(), inputs, outputs, (uint)random.NextInt64(uint.MaxValue));
    }

    private static TransactionInput Input(Random random, bool witness) => new(new OutPoint(BitcoinHash.From(Bytes(random, 32)), (uint)random.Next()))
    {
        ScriptSig = Bytes(random, random.Next(8) == 0 ? random.Next(600) : random.Next(110)),
        Sequence = (uint)random.NextInt64(uint.MaxValue),
        Witness = witness ? [.. Enumerable.Range(0, random.Next(4)).Select(_ => Bytes(random, random.Next(300)))] : [],
    };

    private static TransactionOutput Output(Random random) => new((ulong)random.NextInt64(1_000_000_000), Bytes(random, random.Next(40)));

    public static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
