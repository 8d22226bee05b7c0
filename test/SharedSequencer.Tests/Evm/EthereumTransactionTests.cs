using System.Numerics;
using NUnit.Framework;
using SharedSequencer.Cryptography;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Tests.Evm;

public sealed class EthereumTransactionTests
{
    private static readonly TransactionRules s_rules = new(SignedEnvelope.Chain, 128 * 1024, 30_000_000);

    [Test]
    public void The_example_of_EIP_155_decodes()
    {
        var raw = Convert.FromHexString(
            "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe"
            + "537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
        var tx = Decode(raw, s_rules with { ChainId = 1 });
        Assert.Multiple(() =>
        {
            Assert.That(tx.Sender, Is.EqualTo(EvmAddress.Parse("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F")));
            Assert.That(tx.Type, Is.EqualTo(EthereumTransactionType.Legacy));
            Assert.That(tx.ChainId, Is.EqualTo(1UL));
            Assert.That(tx.Nonce, Is.EqualTo(9UL));
            Assert.That(tx.GasLimit, Is.EqualTo(21_000UL));
            Assert.That(tx.MaxFeePerGas, Is.EqualTo(new BigInteger(20_000_000_000)));
            Assert.That(tx.To, Is.EqualTo(EvmAddress.Parse("0x3535353535353535353535353535353535353535")));
            Assert.That(tx.Value, Is.EqualTo(BigInteger.Pow(10, 18)));
        });

        // RFC 6979 makes the signature deterministic: the same fields and key give the published bytes.
        var signed = new SignedEnvelope
        {
            Type = EthereumTransactionType.Legacy,
            ChainId = 1,
            Nonce = 9,
            FeeCap = 20_000_000_000,
            Value = BigInteger.Pow(10, 18),
        };
        Assert.That(signed.Sign(), Is.EqualTo(raw));
    }

    [Test]
    public void The_widely_known_development_keys_have_their_addresses()
    {
        // The first account of the mnemonic "test test … junk", which anvil and hardhat fund.
        var key = SecretKey.Parse("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
        Assert.That(EvmAddress.Of(key), Is.EqualTo(EvmAddress.Parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")));
    }

    [TestCase(EthereumTransactionType.Legacy)]
    [TestCase(EthereumTransactionType.AccessList)]
    [TestCase(EthereumTransactionType.FeeMarket)]
    public void Every_field_of_every_type_is_read(EthereumTransactionType type)
    {
        var raw = new SignedEnvelope
        {
            Type = type,
            Nonce = 300,
            Tip = 5,
            FeeCap = 9,
            GasLimit = 100_000,
            Data = [0, 1, 2],
            AccessList = list => list.List(entry => entry.String(Enumerable.Repeat((byte)1, 20).ToArray())
                .List(keys => keys.String(new byte[32]).String(Enumerable.Repeat((byte)2, 32).ToArray()))),
        }.Sign();
        var tx = Decode(raw);
        var typed = type != EthereumTransactionType.Legacy;
        Assert.Multiple(() =>
        {
            Assert.That(tx.Type, Is.EqualTo(type));
            Assert.That(tx.Sender, Is.EqualTo(EvmAddress.Of(SignedEnvelope.Key)));
            Assert.That(tx.ChainId, Is.EqualTo(SignedEnvelope.Chain));
            Assert.That(tx.Nonce, Is.EqualTo(300UL));
            Assert.That(tx.MaxFeePerGas, Is.EqualTo(new BigInteger(9)));
            Assert.That(tx.MaxPriorityFeePerGas, Is.EqualTo(new BigInteger(type == EthereumTransactionType.FeeMarket ? 5 : 9)));
            Assert.That(tx.EffectiveGasPrice(2), Is.EqualTo(new BigInteger(type == EthereumTransactionType.FeeMarket ? 7 : 9)));
            Assert.That(tx.Data.ToArray(), Is.EqualTo(new byte[] { 0, 1, 2 }));
            Assert.That(tx.AccessList.Sum(e => e.StorageKeys.Count), Is.EqualTo(typed ? 2 : 0));
            Assert.That(tx.IntrinsicGas, Is.EqualTo(21_000UL + 4 + 32 + (typed ? 2_400UL + 3_800 : 0)));
            Assert.That(tx.MaxCost, Is.EqualTo(new BigInteger(900_007)));
            Assert.That(tx.Raw.ToArray(), Is.EqualTo(raw));
        });
    }

    [Test]
    public void A_legacy_transaction_from_before_EIP_155_is_bound_to_no_chain()
    {
        var tx = Decode(new SignedEnvelope { Type = EthereumTransactionType.Legacy, ChainId = null }.Sign());
        Assert.That(tx.ChainId, Is.Null);
        Assert.That(tx.Sender, Is.EqualTo(EvmAddress.Of(SignedEnvelope.Key)));
    }

    [Test]
    public void What_the_development_signer_signs_decodes_to_the_same_fields()
    {
        var unsigned = new FeeMarketTransaction
        {
            ChainId = SignedEnvelope.Chain,
            Nonce = 3,
            GasLimit = 60_000,
            Value = 12345,
            Data = new byte[] { 0xfe },
        };
        var tx = Decode(unsigned.Sign(SignedEnvelope.Key));
        Assert.That(tx.To, Is.Null);
        Assert.That((tx.Nonce, tx.GasLimit, tx.Value), Is.EqualTo((3UL, 60_000UL, (BigInteger)12345)));
        Assert.That(tx.IntrinsicGas, Is.EqualTo(53_000UL + 16 + 2));
        Assert.That(tx.Sender, Is.EqualTo(EvmAddress.Of(SignedEnvelope.Key)));
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        var good = new SignedEnvelope();
        var legacy = good with { Type = EthereumTransactionType.Legacy };
        var list = good with { Type = EthereumTransactionType.AccessList };
        yield return Case("nothing", [], DropReason.Malformed);
        yield return Case("an empty list", [0xc0], DropReason.Malformed);
        yield return Case("a type byte alone", [2], DropReason.Malformed);
        yield return Case("an RLP string", [0x83, 1, 2, 3], DropReason.Malformed);
        yield return Case("a cut transaction", good.Sign()[..^1], DropReason.Malformed);
        yield return Case("a byte too many", [.. good.Sign(), 0], DropReason.Malformed);
        yield return Case("a field too many", (good with { After = w => w.Integer(1UL) }).Sign(), DropReason.Malformed);
        yield return Case("a short address", (good with { To = new byte[19] }).Sign(), DropReason.Malformed);
        yield return Case("a long address", (good with { To = new byte[32] }).Sign(), DropReason.Malformed);
        yield return Case("an access list of strings", (list with { AccessList = w => w.String([1, 2]) }).Sign(), DropReason.Malformed);
        yield return Case("a short storage key",
            (good with { AccessList = w => w.List(e => e.String(new byte[20]).List(k => k.String(new byte[31]))) }).Sign(), DropReason.Malformed);
        yield return Case("an unknown type", [0x05, .. good.Sign().AsSpan(1)], DropReason.UnsupportedType);
        yield return Case("type zero", [0x00, .. good.Sign().AsSpan(1)], DropReason.UnsupportedType);
        yield return Case("a blob transaction", [0x03, .. good.Sign().AsSpan(1)], DropReason.UnsupportedType);
        yield return Case("a delegation", [0x04, .. good.Sign().AsSpan(1)], DropReason.UnsupportedType);
        yield return Case("128 KiB of data", (good with { Data = new byte[128 * 1024], GasLimit = 10_000_000 }).Sign(), DropReason.TooLarge);
        yield return Case("another chain", (good with { ChainId = 1 }).Sign(), DropReason.WrongChain);
        yield return Case("another chain by EIP-155", (legacy with { ChainId = 1 }).Sign(), DropReason.WrongChain);
        yield return Case("v of 29", (legacy with { Parity = 29 }).Sign(), DropReason.BadSignature);
        yield return Case("v of 0", (legacy with { Parity = 0 }).Sign(), DropReason.BadSignature);
        yield return Case("parity of 2", (good with { Parity = 2 }).Sign(), DropReason.BadSignature);
        yield return Case("parity of 27", (good with { Parity = 27 }).Sign(), DropReason.BadSignature);
        yield return Case("s in the upper half", (good with { HighS = true }).Sign(), DropReason.BadSignature);
        yield return Case("s in the upper half, legacy", (legacy with { HighS = true }).Sign(), DropReason.BadSignature);
        yield return Case("a tip above the cap", (good with { Tip = 3_000_000_000 }).Sign(), DropReason.TipAboveFeeCap);
        yield return Case("gas below a transfer's", (good with { GasLimit = 20_999 }).Sign(), DropReason.IntrinsicGas);
        yield return Case("gas below the data's", (good with { GasLimit = 21_015, Data = [1] }).Sign(), DropReason.IntrinsicGas);
        yield return Case("gas above a block's", (good with { GasLimit = 30_000_001 }).Sign(), DropReason.GasLimitAboveBlock);
        yield return Case("too much creation code",
            (good with { To = [], Data = new byte[49_153], GasLimit = 10_000_000 }).Sign(), DropReason.InitCodeTooLarge);
        yield return Case("the last nonce", (good with { Nonce = ulong.MaxValue }).Sign(), DropReason.NonceTooHigh);

        static TestCaseData Case(string name, byte[] raw, DropReason reason) => new TestCaseData(raw, reason).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Refused))]
    public void Each_fault_has_its_reason(byte[] raw, DropReason expected)
    {
        var accepted = EthereumTransaction.TryDecode(raw, s_rules, out var tx, out var reason);
        Assert.That(accepted, Is.False);
        Assert.That(tx, Is.Null);
        Assert.That(reason!.Reason, Is.EqualTo(expected), reason.Detail);
        Assert.That(reason.Detail, Is.Not.Empty);
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Noise_never_throws_and_is_never_accepted(byte[] noise) => !EthereumTransaction.TryDecode(noise, s_rules, out _, out _);

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool A_changed_byte_never_leaves_the_same_sender_and_hash(ushort where, byte change)
    {
        var raw = new SignedEnvelope { Data = [1, 2, 3], GasLimit = 50_000 }.Sign();
        var original = Decode(raw);
        var changed = raw.ToArray();
        changed[where % raw.Length] ^= change == 0 ? (byte)1 : change;
        return !EthereumTransaction.TryDecode(changed, s_rules, out var tx, out _)
            || (tx.Sender != original.Sender && tx.Hash != original.Hash);
    }

    private static EthereumTransaction Decode(byte[] raw, TransactionRules? rules = null)
    {
        var accepted = EthereumTransaction.TryDecode(raw, rules ?? s_rules, out var tx, out var reason);
        Assert.That(accepted, Is.True, reason?.ToString());
        return tx!;
    }
}
