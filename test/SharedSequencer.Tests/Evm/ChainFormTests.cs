using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Evm.Geth;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Evm;

/// <summary>The forms that hashes and other programs depend on.</summary>
public sealed class ChainFormTests
{
    private static readonly EvmRollupRules s_rules = new() { Namespace = NamespaceId.OfName("alpha"), ChainId = 4242 };

    [Test]
    public void Extra_data_is_slice_number_and_height_big_endian()
    {
        var mark = new SliceMark(0x0102, 0x0304);
        Assert.That(Convert.ToHexStringLower(mark.ToExtraData()), Is.EqualTo("00000000000001020000000000000304"));
        Assert.That(SliceMark.TryRead(mark.ToExtraData(), out var read), Is.True);
        Assert.That(read, Is.EqualTo(mark));
    }

    [TestCase("")]
    [TestCase("0000000000000001")]
    [TestCase("00000000000000000000000000000001", Description = "slice 0")]
    [TestCase("00000000000000010000000000000000", Description = "height 0")]
    [TestCase("0000000000000001ffffffffffffffff", Description = "no height")]
    [TestCase("000000000000000100000000000000010a")]
    public void Other_extra_data_is_no_mark(string hex) =>
        Assert.That(SliceMark.TryRead(Convert.FromHexString(hex), out _), Is.False);

    [Test]
    public void Randao_and_beacon_root_are_the_documented_hashes()
    {
        var slice = new ExecutorSlice(258, 9, DateTimeOffset.UnixEpoch, []);
        var attributes = BlockSeed.Attributes(s_rules, new EvmBlockPlan(77, [slice with { Number = 257 }, slice]));
        byte[] tail = [.. s_rules.Namespace.ToArray(), 0, 0, 0, 0, 0, 0, 1, 2];
        Assert.That(attributes.PrevRandao.ToArray(), Is.EqualTo(SHA256.HashData([.. "sharedsequencer/evm/prevrandao/v1"u8, .. tail])));
        Assert.That(attributes.ParentBeaconBlockRoot.ToArray(), Is.EqualTo(SHA256.HashData([.. "sharedsequencer/evm/beaconroot/v1"u8, .. tail])));
        Assert.That((attributes.Timestamp, attributes.FeeRecipient), Is.EqualTo((77UL, EvmAddress.Zero)));
    }

    // EIP-1559's formula, by hand: an eighth at most, up or down, and at least 1 wei up.
    [TestCase(30_000_000UL, 15_000_000UL, 1_000UL, 1_000UL)]
    [TestCase(30_000_000UL, 30_000_000UL, 1_000UL, 1_125UL)]
    [TestCase(30_000_000UL, 0UL, 1_000UL, 875UL)]
    [TestCase(30_000_000UL, 15_000_001UL, 1_000UL, 1_001UL)]
    [TestCase(30_000_000UL, 0UL, 7UL, 7UL)]
    public void The_base_fee_follows_the_parents_gas(ulong limit, ulong used, ulong before, ulong after) =>
        Assert.That(BaseFee.After(limit, used, before), Is.EqualTo(new BigInteger(after)));

    [Test]
    public void The_genesis_is_the_same_text_in_any_order_of_balances()
    {
        var balances = Enumerable.Range(1, 20).Select(i => (EvmAddress.From([(byte)(i * 37 % 23), .. new byte[19]]), new BigInteger(i))).ToArray();
        var one = new EvmGenesis { Rules = s_rules, Balances = balances.ToDictionary() }.ToJson();
        var two = new EvmGenesis { Rules = s_rules, Balances = balances.Reverse().ToDictionary() }.ToJson();
        Assert.That(one, Is.EqualTo(two));
        using var json = JsonDocument.Parse(one);
        Assert.That(json.RootElement.GetProperty("config").GetProperty("chainId").GetUInt64(), Is.EqualTo(4242UL));
        Assert.That(json.RootElement.GetProperty("gasLimit").GetString(), Is.EqualTo("0x1c9c380"));
        Assert.That(json.RootElement.GetProperty("alloc").EnumerateObject().Count(), Is.EqualTo(20));
    }

    [Test]
    public void Every_drop_reason_has_a_word_of_its_own() =>
        Assert.That(Enum.GetValues<DropReason>().Select(reason => DropCode.Of(reason)), Is.Unique.And.All.Match("^[a-z_]+$"));

    [Test]
    public void Geth_is_told_the_gas_limit_of_the_rules()
    {
        var line = new GethCommandLine { DataFolder = "/d", Rules = s_rules, HttpPort = 1, EnginePort = 2, SecretFile = "/s" }.StartArguments().ToList();
        Assert.That(line[line.IndexOf("--miner.gaslimit") + 1], Is.EqualTo("30000000"));
        Assert.That(line[line.IndexOf("--networkid") + 1], Is.EqualTo("4242"));
        Assert.That(line[line.IndexOf("--http.addr") + 1], Is.EqualTo("127.0.0.1"));
    }

    [TestCase(0UL, "0x0")]
    [TestCase(16UL, "0x10")]
    [TestCase(ulong.MaxValue, "0xffffffffffffffff")]
    public void Quantities_have_no_leading_zeros(ulong value, string text)
    {
        Assert.That((Quantity.Of(value), Quantity.Of(new BigInteger(value))), Is.EqualTo((text, text)));
        Assert.That((Quantity.ReadUInt64(text), Quantity.ReadUInt256(text)), Is.EqualTo((value, new BigInteger(value))));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("0x")]
    [TestCase("12")]
    [TestCase("0xg")]
    [TestCase("0x-1")]
    [TestCase("0x11111111111111111111111111111111111111111111111111111111111111111")]
    public void What_is_no_quantity_is_refused(string? text)
    {
        Assert.Throws<FormatException>(() => Quantity.ReadUInt64(text));
        Assert.Throws<FormatException>(() => Quantity.ReadUInt256(text));
    }
}
