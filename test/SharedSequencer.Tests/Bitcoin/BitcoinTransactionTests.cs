using NUnit.Framework;
using SharedSequencer.Bitcoin;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace SharedSequencer.Tests.Bitcoin;

internal sealed class BitcoinTransactionTests
{
    /// <summary>BIP 143's native P2WPKH example: one legacy and one SegWit input.</summary>
    private const string Mixed =
        "01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee635711000000";

    [Test]
    public void A_transaction_with_legacy_and_segwit_inputs_has_the_ids_and_sizes_that_bitcoind_computes()
    {
        var transaction = BitcoinTransaction.Parse(Convert.FromHexString(Mixed));
        Assert.That(transaction.Txid.ToString(), Is.EqualTo("e8151a2af31c368a35053ddd4bdb285a8595c769a3ad83e0fa02314a602d4609"));
        Assert.That(transaction.Wtxid.ToString(), Is.EqualTo("c36c38370907df2324d9ce9d149d191192f338b37665a82e78e76a12c909b762"));
        Assert.That(transaction.Weight, Is.EqualTo(1042));
        Assert.That(transaction.VirtualSize, Is.EqualTo(261));
        Assert.That(transaction.Size, Is.EqualTo(Mixed.Length / 2));
    }

    [Property(MaxTest = 200)]
    public void What_is_written_reads_back_the_same(int seed)
    {
        var transaction = RandomTransaction.Of(seed);
        var bytes = transaction.ToBytes();
        var read = BitcoinTransaction.Parse(bytes);
        Assert.That(read.ToBytes(), Is.EqualTo(bytes));
        Assert.That(read.Txid, Is.EqualTo(transaction.Txid));
        Assert.That(read.Wtxid, Is.EqualTo(transaction.Wtxid));
        Assert.That(read.Weight, Is.EqualTo(transaction.Weight));
        Assert.That(BitcoinTransaction.Parse(transaction.ToStrippedBytes()).Txid, Is.EqualTo(transaction.Txid));
    }

    [Property(MaxTest = 100)]
    public void Bytes_that_read_are_the_only_form_of_what_they_say(int seed)
    {
        var random = new Random(seed);
        var bytes = RandomTransaction.Of(random).ToBytes();
        for (var i = 0; i < 20; i++)
        {
            var changed = bytes.ToArray();
            changed[random.Next(Math.Min(changed.Length, 200))] = (byte)random.Next(256);
            if (BitcoinTransaction.TryParse(changed, out var read, out var reason))
                Assert.That(read.ToBytes(), Is.EqualTo(changed));
            else
                Assert.That(reason, Is.Not.Empty);
        }
    }

    [Test]
    public void Every_cut_of_a_transaction_is_refused()
    {
        var bytes = Convert.FromHexString(Mixed);
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(BitcoinTransaction.TryParse(bytes.AsSpan(0, length), out _, out _), Is.False, $"cut to {length} bytes");
    }

    [Property(MaxTest = 500)]
    public void Garbage_is_refused_with_a_reason(byte[] garbage)
    {
        if (!BitcoinTransaction.TryParse(garbage, out var read, out var reason))
            Assert.That(reason, Is.Not.Empty);
        else
            Assert.That(read.ToBytes(), Is.EqualTo(garbage));
    }

    [TestCase("0200000000", "no inputs, or the unknown flag", TestName = "No_inputs_and_no_witness_is_refused")]
    [TestCase("02000000" + "feffffffff", "only", TestName = "A_huge_count_is_refused_before_memory_is_taken")]
    [TestCase("02000000" + "ffffffffffffffffff", "only", TestName = "A_count_over_all_bounds_is_refused")]
    [TestCase("02000000" + "fd0100", "shortest form", TestName = "A_count_in_a_longer_form_is_refused")]
    public void A_bad_beginning_is_refused(string hex, string says)
    {
        var bytes = Convert.FromHexString(hex).Concat(new byte[100]).ToArray();
        Assert.That(BitcoinTransaction.TryParse(bytes, out _, out var reason), Is.False);
        Assert.That(reason, Does.Contain(says));
    }

    [Test]
    public void A_script_of_any_length_is_counted_in_the_shortest_form()
    {
        foreach (var length in new[] { 0, 252, 253, 65_535, 65_536, 100_000 })
        {
            var bytes = new BitcoinTransaction(2, [new TransactionInput(OutPoint.None)], [new TransactionOutput(1, new byte[length])], 0).ToBytes();
            Assert.That(BitcoinTransaction.Parse(bytes).Outputs[0].ScriptPubKey, Has.Length.EqualTo(length));
            Assert.That(BitcoinTransaction.Parse(bytes).ToBytes(), Is.EqualTo(bytes));
        }
    }

    [Test]
    public void A_segwit_marker_without_any_witness_is_refused()
    {
        var plain = new BitcoinTransaction(2, [new TransactionInput(OutPoint.None)], [new TransactionOutput(1, [])], 0).ToBytes();
        byte[] marked = [.. plain[..4], 0, 1, .. plain[4..^4], 0, .. plain[^4..]];
        Assert.That(BitcoinTransaction.TryParse(marked, out _, out var reason), Is.False);
        Assert.That(reason, Does.Contain("no witness"));
    }

    [Test]
    public void Amounts_over_21_million_bitcoin_are_refused_one_by_one_and_in_sum()
    {
        var most = TransactionOutput.MaximumValue;
        Assert.That(Reads([most]), Is.True);
        Assert.That(Reads([most + 1]), Is.False);
        Assert.That(Reads([most, 1]), Is.False);
        Assert.That(Reads([ulong.MaxValue, ulong.MaxValue]), Is.False);

        static bool Reads(ulong[] values) => BitcoinTransaction.TryParse(
            new BitcoinTransaction(2, [new TransactionInput(OutPoint.None)], [.. values.Select(value => new TransactionOutput(value, []))], 0).ToBytes(),
            out _,
            out _);
    }

    [Test]
    public void Bytes_after_the_end_are_refused()
    {
        byte[] longer = [.. Convert.FromHexString(Mixed), 0];
        Assert.That(BitcoinTransaction.TryParse(longer, out _, out var reason), Is.False);
        Assert.That(reason, Does.Contain("1 bytes follow"));
    }
}
