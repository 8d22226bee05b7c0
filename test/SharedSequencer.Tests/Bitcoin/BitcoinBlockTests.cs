using System.Numerics;
using NUnit.Framework;
using SharedSequencer.Bitcoin;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace SharedSequencer.Tests.Bitcoin;

internal sealed class BitcoinBlockTests
{
    /// <summary>The main network's genesis block.</summary>
    private const string Genesis =
        "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c0101000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";

    /// <summary>Its first successor's header.</summary>
    private const string First =
        "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299";

    [Test]
    public void The_first_blocks_of_the_main_network_have_their_hashes_links_and_work()
    {
        var genesis = BitcoinBlock.Parse(Convert.FromHexString(Genesis));
        var first = BlockHeader.Parse(Convert.FromHexString(First));
        Assert.That(genesis.Hash.ToString(), Is.EqualTo("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"));
        Assert.That(genesis.Transactions[0].Txid.ToString(), Is.EqualTo("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"));
        Assert.That(genesis.Transactions[0].IsCoinbase, Is.True);
        Assert.That(first.Hash.ToString(), Is.EqualTo("00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048"));
        Assert.That(first.Previous, Is.EqualTo(genesis.Hash));
        Assert.That(first.ToBytes(), Is.EqualTo(Convert.FromHexString(First)));
        Assert.That(first.HasWork(BitcoinNetwork.Mainnet.PowLimit), Is.True);
        Assert.That(first.Bits.Work, Is.EqualTo(new BigInteger(0x100010001)));
        Assert.That((first with { Nonce = 0 }).HasWork(BitcoinNetwork.Mainnet.PowLimit), Is.False);
        Assert.That(first.HasWork(new CompactTarget(0x1c00ffff)), Is.False, "its target is easier than that");
    }

    [TestCase(0u, false)]
    [TestCase(0x01003456u, false, TestName = "A_target_that_shifts_to_zero_is_none")]
    [TestCase(0x04923456u, false, TestName = "A_negative_target_is_none")]
    [TestCase(0xff123456u, false, TestName = "A_target_over_256_bits_is_none")]
    [TestCase(0x207fffffu, true)]
    [TestCase(0x1d00ffffu, true)]
    public void Targets_outside_their_range_are_refused(uint bits, bool good) =>
        Assert.That(new CompactTarget(bits).TryGetTarget(out _), Is.EqualTo(good));

    [Test]
    public void A_block_whose_transactions_are_not_of_its_root_is_refused()
    {
        var bytes = Convert.FromHexString(Genesis);
        bytes[^1] ^= 1;
        Assert.That(() => BitcoinBlock.Parse(bytes), Throws.TypeOf<FormatException>().With.Message.Contain("Merkle root"));
        Assert.That(() => BitcoinBlock.Parse(Convert.FromHexString(Genesis).AsSpan(0, 200)), Throws.TypeOf<FormatException>());
        Assert.That(() => BitcoinBlock.Parse([.. Convert.FromHexString(Genesis), 0]), Throws.TypeOf<FormatException>());
        Assert.That(() => BitcoinBlock.Parse([]), Throws.TypeOf<FormatException>());
    }

    [Property(MaxTest = 20)]
    public void Every_transaction_of_a_block_has_a_branch_to_its_root_and_no_other_index_has(int seed)
    {
        var random = new Random(seed);
        var txids = Enumerable.Range(0, random.Next(1, 40)).Select(_ => BitcoinHash.From(RandomTransaction.Bytes(random, 32))).ToArray();
        var root = BitcoinMerkle.Root(txids, out var ambiguous);
        Assert.That(ambiguous, Is.False);
        for (var i = 0; i < txids.Length; i++)
        {
            var branch = BitcoinMerkle.Branch(txids, i);
            Assert.That(branch.TryComputeRoot(txids[i], out var computed) && computed == root, Is.True);
            for (var other = 0u; other < 70; other++)
            {
                if (other != branch.Index)
                    Assert.That((branch with { Index = other }).TryComputeRoot(txids[i], out computed) && computed == root, Is.False, $"{txids.Length} leaves, index {i} as {other}");
            }
        }
    }

    [Test]
    public void A_list_that_repeats_its_end_has_the_same_root_and_is_ambiguous()
    {
        var random = new Random(1);
        var txids = Enumerable.Range(0, 6).Select(_ => BitcoinHash.From(RandomTransaction.Bytes(random, 32))).ToList();
        var root = BitcoinMerkle.Root(txids, out var ambiguous);
        Assert.That(ambiguous, Is.False);
        Assert.That(BitcoinMerkle.Root([.. txids, txids[4], txids[5]], out ambiguous), Is.EqualTo(root), "CVE-2012-2459");
        Assert.That(ambiguous, Is.True);
    }

    [Test]
    public void The_copy_of_an_odd_level_is_no_place_of_its_own()
    {
        var random = new Random(2);
        var txids = Enumerable.Range(0, 3).Select(_ => BitcoinHash.From(RandomTransaction.Bytes(random, 32))).ToList();
        var branch = BitcoinMerkle.Branch(txids, 2);
        Assert.That(branch.Siblings[0], Is.EqualTo(txids[2]));
        Assert.That(branch.TryComputeRoot(txids[2], out _), Is.True);
        Assert.That((branch with { Index = 3 }).TryComputeRoot(txids[2], out _), Is.False);
    }

    [TestCase("5200", 2u)]
    [TestCase("60", 16u)]
    [TestCase("0111", 17u)]
    [TestCase("028000", 128u)]
    [TestCase("03a08601", 100000u)]
    [TestCase("0180", null, TestName = "A_negative_height_is_none")]
    [TestCase("021100", null, TestName = "A_padded_height_is_none")]
    [TestCase("0110", null, TestName = "A_small_height_in_a_long_form_is_none")]
    [TestCase("0311", null, TestName = "A_cut_height_is_none")]
    [TestCase("", null, TestName = "An_empty_script_has_no_height")]
    [TestCase("00", null, TestName = "A_zero_is_no_height")]
    public void A_coinbase_names_its_height(string script, uint? expected)
    {
        var found = CoinbaseHeight.TryRead(Convert.FromHexString(script), out var height);
        Assert.That(found ? height : (uint?)null, Is.EqualTo(expected));
    }
}
