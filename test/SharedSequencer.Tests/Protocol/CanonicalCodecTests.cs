using FsCheck.NUnit;
using NUnit.Framework;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.Transactions;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;
using Wire = Sequencer.V1;

namespace SharedSequencer.Tests.Protocol;

[Properties(Arbitrary = [typeof(ProtocolArbitraries)])]
internal sealed class CanonicalCodecTests
{
    private static readonly SecretKey s_key = SecretKey.From([.. Enumerable.Repeat((byte)7, 32)]);

    [Property(MaxTest = 500)]
    public void A_body_has_the_bytes_that_protobuf_writes(TransactionBody body) =>
        Assert.That(TransactionCodec.EncodeBody(body), Is.EqualTo(WireForms.Encode(body)));

    [Property(MaxTest = 500)]
    public void A_preamble_has_the_bytes_that_protobuf_writes_and_fits_its_bound(Preamble preamble)
    {
        Assert.That(preamble.Encode(), Is.EqualTo(WireForms.Encode(preamble)));
        Assert.That(preamble.Encode(), Has.Length.AtMost(Preamble.MaximumLength));
    }

    [Property(MaxTest = 500)]
    public void A_decoded_body_is_the_one_that_was_encoded(TransactionBody body)
    {
        var bytes = TransactionCodec.EncodeBody(body);

        Assert.That(TransactionCodec.TryDecodeBody(bytes, out var decoded, out var error), Is.True, error);

        AssertSame(decoded, body);
    }

    [Property(MaxTest = 300)]
    public void A_decoded_preamble_is_the_one_that_was_encoded(Preamble preamble)
    {
        Assert.That(Preamble.TryDecode(preamble.Encode(), out var decoded, out var error), Is.True, error);

        Assert.That(decoded.NamespaceRoot.ToArray(), Is.EqualTo(preamble.NamespaceRoot.ToArray()));
        Assert.That(
            (decoded.Height, decoded.EntryCount, decoded.PayloadBytes, decoded.ForcedCount),
            Is.EqualTo((preamble.Height, preamble.EntryCount, preamble.PayloadBytes, preamble.ForcedCount)));
    }

    [Property(MaxTest = 100)]
    public void A_signed_transaction_reads_back_with_its_sender_body_and_signature(TransactionBody body)
    {
        var signed = SignedTransaction.Sign(body, s_key);

        var message = Wire.SignedTransaction.Parser.ParseFrom(signed.Raw.Span);
        Assert.That(message.Body.ToByteArray(), Is.EqualTo(WireForms.Encode(body)));
        Assert.That(signed.Sender, Is.EqualTo(s_key.PublicKey));
        Assert.That(signed.Id, Is.EqualTo(Hash256.Of(signed.Raw.Span)));
        Assert.That(signed.HasValidSignature(), Is.True);
        AssertSame(signed.Body, body);
    }

    [Property(MaxTest = 60)]
    public void Every_other_encoding_of_a_body_is_refused(TransactionBody body)
    {
        foreach (var (what, bytes) in NonCanonicalVariants.Of(TransactionCodec.EncodeBody(body), Wire.TransactionBody.Descriptor))
        {
            if (TransactionCodec.TryDecodeBody(bytes, out _, out var error))
                Assert.Fail($"{what} was accepted: {Convert.ToHexStringLower(bytes)}");
            Assert.That(error, Is.Not.Empty);
        }
    }

    [Property(MaxTest = 60)]
    public void Every_other_encoding_of_a_preamble_is_refused(Preamble preamble)
    {
        foreach (var (what, bytes) in NonCanonicalVariants.Of(preamble.Encode(), Wire.Preamble.Descriptor))
            Assert.That(Preamble.TryDecode(bytes, out _, out _), Is.False, what);
    }

    [Property(MaxTest = 30)]
    public void Every_other_encoding_of_a_signed_transaction_is_refused(TransactionBody body)
    {
        var raw = SignedTransaction.Sign(body, s_key).Raw.ToArray();
        foreach (var (what, bytes) in NonCanonicalVariants.Of(raw, Wire.SignedTransaction.Descriptor))
            Assert.That(SignedTransaction.TryDecode(bytes, out _, out _), Is.False, what);
    }

    [Property(MaxTest = 30)]
    public void A_signed_transaction_cut_at_any_place_is_refused(TransactionBody body)
    {
        var raw = SignedTransaction.Sign(body, s_key).Raw;
        for (var length = 0; length < raw.Length; length++)
            Assert.That(SignedTransaction.TryDecode(raw[..length], out _, out _), Is.False, $"the first {length} bytes");
    }

    [Property(MaxTest = 60)]
    public void A_preamble_cut_inside_a_field_or_before_its_root_is_refused(Preamble preamble)
    {
        var bytes = preamble.Encode();
        for (var length = 0; length < bytes.Length; length++)
        {
            if (Preamble.TryDecode(bytes.AsSpan(0, length), out var decoded, out _))
                Assert.That(decoded.Encode(), Is.EqualTo(bytes[..length]));
        }
    }

    [Property(MaxTest = 60)]
    public void A_body_with_any_byte_changed_or_cut_is_refused_or_the_only_encoding_of_another_body(TransactionBody body)
    {
        var bytes = TransactionCodec.EncodeBody(body);
        for (var i = 0; i < bytes.Length; i++)
        {
            AssertCanonicalOrRefused(bytes[..i]);
            foreach (var flip in (byte[])[0x01, 0x04, 0x80, 0xff])
            {
                var changed = bytes.ToArray();
                changed[i] ^= flip;
                AssertCanonicalOrRefused(changed);
            }
        }
    }

    [Test]
    public void A_transaction_with_a_changed_body_key_or_signature_has_no_valid_signature()
    {
        var raw = SignedTransaction.Sign(SomeBody(), s_key).Raw.ToArray();
        for (var i = 0; i < raw.Length; i++)
        {
            var changed = raw.ToArray();
            changed[i] ^= 1;
            if (SignedTransaction.TryDecode(changed, out var transaction, out _))
                Assert.That(transaction.HasValidSignature(), Is.False, $"byte {i}");
        }
    }

    [Test]
    public void A_preamble_is_no_transaction_and_a_transaction_no_preamble()
    {
        var preamble = new Preamble { Height = 5, NamespaceRoot = new byte[48], EntryCount = 1, PayloadBytes = 3, ForcedCount = 0 };

        Assert.That(SignedTransaction.TryDecode(preamble.Encode(), out _, out _), Is.False);
        Assert.That(Preamble.TryDecode(SignedTransaction.Sign(SomeBody(), s_key).Raw.Span, out _, out _), Is.False);
    }

    [TestCase("ab", Description = "too short a name")]
    [TestCase("Alpha", Description = "upper case")]
    [TestCase("a name that has more than 32 characters")]
    public void A_namespace_with_a_wrong_name_is_refused(string name) =>
        AssertRefused(SomeBody() with { Actions = [new RegisterNamespace(name, new NamespaceSettings(), 0)] }, "name");

    [Test]
    public void What_no_transaction_may_hold_is_refused_with_the_reason()
    {
        var someone = AccountId.From(new byte[32]);
        var other = AccountId.From([.. Enumerable.Repeat((byte)9, 32)]);
        AssertRefused(SomeBody() with { Actions = [] }, "no action");
        AssertRefused(SomeBody() with { Actions = [.. Enumerable.Repeat(new Transfer(someone, 1), 257)] }, "256");
        AssertRefused(SomeBody() with { Actions = [new Transfer(someone, 0)] }, "zero");
        AssertRefused(SomeBody() with { Actions = [new SubmitData(new NamespaceId(1), default)] }, "empty");
        AssertRefused(SomeBody() with { ChainId = "" }, "chain id");
        AssertRefused(SomeBody() with { ChainId = new string('x', 51) }, "51");
        AssertRefused(SomeBody() with { ExpiryTime = 0 }, "expiry");
        AssertRefused(SomeBody() with { ExpiryTime = -1 }, "expiry");
        AssertRefused(WithSettings(new NamespaceSettings { Writers = [other, someone] }), "ascending");
        AssertRefused(WithSettings(new NamespaceSettings { Writers = [someone, someone] }), "ascending");
        AssertRefused(WithSettings(new NamespaceSettings { DataMode = (DataMode)2 }), "data mode 2");
        Assert.That(
            SignedTransaction.TryDecode(new byte[Limits.TransactionBytes + 1], out _, out var error), Is.False);
        Assert.That(error, Does.Contain($"{Limits.TransactionBytes}"));
    }

    [Test]
    public void As_many_writers_as_the_limit_pass_and_one_more_is_refused()
    {
        List<AccountId> writers = [.. Enumerable.Range(0, Limits.Writers + 1).Select(i => AccountId.From([.. new byte[30], (byte)(i / 256), (byte)(i % 256)]))];

        AssertAccepted(WithSettings(new NamespaceSettings { Writers = writers[..Limits.Writers] }));
        AssertRefused(WithSettings(new NamespaceSettings { Writers = writers }), "256");
        AssertAccepted(WithSettings(new NamespaceSettings { Writers = [] }));
    }

    private static TransactionBody SomeBody() => new()
    {
        ChainId = "test-1",
        Nonce = 1,
        MaxFeePerByte = 2,
        TipPerByte = 1,
        ExpiryTime = 1_800_000_000,
        Actions = [new SubmitData(NamespaceId.OfName("notes"), "hello"u8.ToArray())],
    };

    private static TransactionBody WithSettings(NamespaceSettings settings) =>
        SomeBody() with { Actions = [new RegisterNamespace("alpha", settings, 1)] };

    private static void AssertAccepted(TransactionBody body) =>
        Assert.That(TransactionCodec.TryDecodeBody(TransactionCodec.EncodeBody(body), out _, out var error), Is.True, error);

    private static void AssertRefused(TransactionBody body, string reason)
    {
        Assert.That(TransactionCodec.TryDecodeBody(TransactionCodec.EncodeBody(body), out _, out var error), Is.False);
        Assert.That(error, Does.Contain(reason));
        Assert.That(() => SignedTransaction.Sign(body, s_key), Throws.ArgumentException);
    }

    private static void AssertCanonicalOrRefused(byte[] bytes)
    {
        if (TransactionCodec.TryDecodeBody(bytes, out var decoded, out var error))
            Assert.That(TransactionCodec.EncodeBody(decoded), Is.EqualTo(bytes));
        else
            Assert.That(error, Is.Not.Empty);
    }

    private static void AssertSame(TransactionBody actual, TransactionBody expected)
    {
        Assert.That(
            (actual.ChainId, actual.Nonce, actual.MaxFeePerByte, actual.TipPerByte, actual.ExpiryTime),
            Is.EqualTo((expected.ChainId, expected.Nonce, expected.MaxFeePerByte, expected.TipPerByte, expected.ExpiryTime)));
        Assert.That(actual.Actions.Select(Comparable), Is.EqualTo(expected.Actions.Select(Comparable)));
    }

    /// <summary>An action as text with everything it holds: records compare lists and memory by reference.</summary>
    private static string Comparable(TransactionAction action) => action switch
    {
        SubmitData a => $"submit {a.Namespace} {Convert.ToHexString(a.Payload.Span)}",
        Transfer a => $"transfer {a.Recipient} {a.Amount}",
        RegisterNamespace a => $"register {a.Name} {Comparable(a.Settings)} {a.Deposit}",
        UpdateNamespace a => $"update {a.Namespace} {Comparable(a.Settings)} {a.Deposit} {a.NewOwner}",
        _ => throw new ArgumentException(action.GetType().Name),
    };

    private static string Comparable(NamespaceSettings s) =>
        $"[{(s.Writers is null ? "open" : string.Join(',', s.Writers))} {s.FeeRecipient} {s.SurchargePerByte} {s.MaxBytesPerBlock} {s.DataMode}]";
}
