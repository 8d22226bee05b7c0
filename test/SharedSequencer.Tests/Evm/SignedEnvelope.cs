using System.Numerics;
using SharedSequencer.Cryptography;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Rlp;
using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Tests.Evm;

/// <summary>Signs envelopes of every type, and twisted ones, field by field.</summary>
internal sealed record SignedEnvelope
{
    public const ulong Chain = 4242;

    private static readonly BigInteger s_order = BigInteger.Parse(
        "115792089237316195423570985008687907852837564279074904382605163141518161494337");

    public static SecretKey Key { get; } = SecretKey.From(Enumerable.Repeat((byte)0x46, 32).ToArray());

    public EthereumTransactionType Type { get; init; } = EthereumTransactionType.FeeMarket;

    public ulong? ChainId { get; init; } = Chain;

    public ulong Nonce { get; init; }

    public BigInteger Tip { get; init; } = 1;

    public BigInteger FeeCap { get; init; } = 2_000_000_000;

    public ulong GasLimit { get; init; } = 21_000;

    public byte[] To { get; init; } = Enumerable.Repeat((byte)0x35, 20).ToArray();

    public BigInteger Value { get; init; } = 7;

    public byte[] Data { get; init; } = [];

    public Action<RlpWriter> AccessList { get; init; } = _ => { };

    public bool HighS { get; init; }

    public ulong? Parity { get; init; }

    public Action<RlpWriter> After { get; init; } = _ => { };

    public byte[] Sign(SecretKey? key = null)
    {
        var fields = new RlpWriter();
        if (Type != EthereumTransactionType.Legacy)
            fields.Integer(ChainId ?? 0);
        fields.Integer(Nonce);
        if (Type == EthereumTransactionType.FeeMarket)
            fields.Integer(Tip);
        fields.Integer(FeeCap).Integer(GasLimit).String(To).Integer(Value).String(Data);
        if (Type != EthereumTransactionType.Legacy)
            fields.List(AccessList);

        var signature = new byte[64];
        var hash = TransactionSignature.SigningHash(Type, fields.Written, ChainId);
        var parity = (ulong)EcdsaRecovery.Sign(hash.Span, key ?? Key, signature);
        var r = new BigInteger(signature.AsSpan(0, 32), isUnsigned: true, isBigEndian: true);
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        if (HighS)
            (s, parity) = (s_order - s, 1 - parity);

        var v = Type != EthereumTransactionType.Legacy ? parity : ChainId is { } id ? 35 + (id * 2) + parity : 27 + parity;
        fields.Integer(Parity ?? v).Integer(r).Integer(s);
        After(fields);
        var list = new RlpWriter().List(fields.Written).ToArray();
        return Type == EthereumTransactionType.Legacy ? list : [(byte)Type, .. list];
    }
}
