using System.Globalization;
using System.Numerics;
using SharedSequencer.Cryptography;
using SharedSequencer.Evm.Rlp;

namespace SharedSequencer.Evm.Transactions;

/// <summary>What a transaction's signature covers, and whose it is.</summary>
internal static class TransactionSignature
{
    private static readonly BigInteger s_order = BigInteger.Parse(
        "0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static readonly BigInteger s_halfOrder = s_order >> 1;

    /// <summary>The hash that is signed.</summary>
    /// <param name="fields">The encoded fields before the signature.</param>
    /// <param name="chainId">For legacy transactions EIP-155's addition; null signs without it.</param>
    public static EvmHash SigningHash(EthereumTransactionType type, ReadOnlySpan<byte> fields, ulong? chainId)
    {
        var writer = new RlpWriter();
        if (type != EthereumTransactionType.Legacy)
        {
            // A type byte is below 0x80, and so its own encoding.
            writer.Encoded([(byte)type]).List(fields);
        }
        else if (chainId is { } id)
        {
            var bound = new RlpWriter().Encoded(fields).Integer(id).Integer(0UL).Integer(0UL);
            writer.List(bound.Written);
        }
        else
        {
            writer.List(fields);
        }

        return Keccak256.Of(writer.Written);
    }

    /// <summary>False when r or s is out of range, s is in the upper half (EIP-2), the parity is not 0 or 1, or no key fits.</summary>
    public static bool TryRecoverSender(EvmHash signingHash, BigInteger parity, BigInteger r, BigInteger s, out EvmAddress sender)
    {
        sender = default;
        if (r.IsZero || r >= s_order || s.IsZero || s > s_halfOrder || parity > 1)
            return false;

        Span<byte> signature = stackalloc byte[EcdsaRecovery.SignatureLength];
        signature.Clear();
        WriteBigEndian(r, signature[..32]);
        WriteBigEndian(s, signature[32..]);
        Span<byte> publicKey = stackalloc byte[65];
        if (!EcdsaRecovery.TryRecover(signingHash.Span, signature, (int)parity, publicKey))
            return false;

        sender = EvmAddress.OfPublicKey(publicKey);
        return true;
    }

    private static void WriteBigEndian(BigInteger value, Span<byte> destination)
    {
        var length = value.GetByteCount(isUnsigned: true);
        _ = value.TryWriteBytes(destination[^length..], out _, isUnsigned: true, isBigEndian: true);
    }
}
