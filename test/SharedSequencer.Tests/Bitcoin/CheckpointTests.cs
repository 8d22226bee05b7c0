using NUnit.Framework;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Bitcoin;

internal sealed class CheckpointTests
{
    private static readonly Checkpoint s_checkpoint = new(
        new ChainTag(0x0a0b0c0d), 0x0102030405060708, Hash256.Of("block"u8), Hash256.Of("batch"u8));

    [Test]
    public void A_change_of_these_bytes_breaks_every_reader_of_checkpoints()
    {
        var expected = "5351" + "01" + "0a0b0c0d" + "0102030405060708" + s_checkpoint.BlockHash + s_checkpoint.BatchDigest;
        Assert.That(Convert.ToHexStringLower(s_checkpoint.Encode()), Is.EqualTo(expected));
        Assert.That(s_checkpoint.Encode(), Has.Length.EqualTo(79));
        Assert.That(Checkpoint.TryDecode(s_checkpoint.Encode(), out var read), Is.True);
        Assert.That(read, Is.EqualTo(s_checkpoint));
    }

    [Test]
    public void Another_length_magic_version_or_height_zero_is_no_checkpoint()
    {
        var bytes = s_checkpoint.Encode();
        Assert.That(Checkpoint.TryDecode(bytes.AsSpan(0, 78), out _), Is.False);
        Assert.That(Checkpoint.TryDecode([.. bytes, 0], out _), Is.False);
        Assert.That(Checkpoint.TryDecode([], out _), Is.False);
        for (var i = 0; i < 3; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Assert.That(Checkpoint.TryDecode(changed, out _), Is.False, $"byte {i}");
        }

        Assert.That(Checkpoint.TryDecode((s_checkpoint with { Height = 0 }).Encode(), out _), Is.False);
    }

    [Test]
    public void The_script_fits_every_nodes_limit_and_reads_back()
    {
        var script = OpReturn.Script(s_checkpoint.Encode());
        Assert.That(script, Has.Length.EqualTo(82), "83 bytes are relayed everywhere");
        Assert.That(OpReturn.TryRead(script, out var data), Is.True);
        Assert.That(data.ToArray(), Is.EqualTo(s_checkpoint.Encode()));
        Assert.That(OpReturn.TryRead(OpReturn.Script(new byte[75]), out data) && data.Length == 75, Is.True);
    }

    [TestCase("6a")]
    [TestCase("6a00")]
    [TestCase("6a4c")]
    [TestCase("6a4c00")]
    [TestCase("6a0201")]
    [TestCase("6a01ff51")]
    [TestCase("6a4c0101", TestName = "A_short_push_in_the_long_form_is_refused")]
    [TestCase("510101")]
    [TestCase("")]
    public void Other_scripts_carry_no_data(string hex)
    {
        var found = OpReturn.TryRead(Convert.FromHexString(hex), out var data);
        Assert.That(found && data.Length > 0, Is.False);
    }

    [Test]
    public void Data_that_no_node_relays_is_not_built()
    {
        Assert.That(() => OpReturn.Script(new byte[81]), Throws.ArgumentException);
        Assert.That(() => OpReturn.Script([]), Throws.ArgumentException);
    }

    [Test]
    public void The_first_checkpoint_of_the_chain_counts_in_a_transaction_with_several()
    {
        var other = s_checkpoint with { ChainTag = new ChainTag(5) };
        var second = s_checkpoint with { Height = 9 };
        var transaction = new BitcoinTransaction(
            2,
            [new TransactionInput(OutPoint.None)],
            [.. new[] { other, s_checkpoint, second }.Select(checkpoint => new TransactionOutput(0, OpReturn.Script(checkpoint.Encode())))],
            0);
        Assert.That(Checkpoint.TryFind(transaction, s_checkpoint.ChainTag, out var found), Is.True);
        Assert.That(found, Is.EqualTo(s_checkpoint));
        Assert.That(Checkpoint.TryFind(transaction, new ChainTag(6), out _), Is.False);
    }

    [Test]
    public void The_chain_tag_depends_on_every_part_and_only_on_them()
    {
        var app = Hash256.Of("state"u8);
        var tag = ChainTag.Of("seq-1", 1_700_000_000, 5, app.Span);
        Assert.That(tag, Is.EqualTo(ChainTag.Of("seq-1", 1_700_000_000, 5, app.Span)));
        Assert.That(tag.ToString(), Is.EqualTo("1645e34d"), "a change of the formula makes every older checkpoint another chain's");
        Assert.That(ChainTag.Of("seq-2", 1_700_000_000, 5, app.Span), Is.Not.EqualTo(tag));
        Assert.That(ChainTag.Of("seq-1", 1_700_000_001, 5, app.Span), Is.Not.EqualTo(tag));
        Assert.That(ChainTag.Of("seq-1", 1_700_000_000, 6, app.Span), Is.Not.EqualTo(tag));
        Assert.That(ChainTag.Of("seq-1", 1_700_000_000, 5, Hash256.Zero.Span), Is.Not.EqualTo(tag));
        Assert.That(ChainTag.TryParse(tag.ToString(), out var read) && read == tag, Is.True);
        Assert.That(ChainTag.TryParse("12", out _), Is.False);
        Assert.That(ChainTag.TryParse("xyzw0000", out _), Is.False);
    }
}
