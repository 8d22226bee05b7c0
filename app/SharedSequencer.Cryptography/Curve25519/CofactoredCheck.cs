using System.Numerics;
using System.Security.Cryptography;

namespace SharedSequencer.Cryptography.Curve25519;

/// <summary>
/// Ed25519 by ZIP-215, which says for every input whether it is valid, and which CometBFT follows: A and R may be any
/// encoding of any point of the curve, s must be below L, and 8·s·B = 8·R + 8·k·A must hold.
/// </summary>
internal static class CofactoredCheck
{
    /// <summary>The generator's order, 2^252 + 27742317777372353535851937790883648493.</summary>
    public static readonly BigInteger Order = (BigInteger.One << 252) + BigInteger.Parse(
        "27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="publicKey">32 bytes: A.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">64 bytes: R, then s.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        var encodedR = signature[..EdwardsPoint.Length];
        var s = signature[EdwardsPoint.Length..];
        if (new BigInteger(s, isUnsigned: true) >= Order
            || !EdwardsPoint.TryDecode(publicKey, out var a)
            || !EdwardsPoint.TryDecode(encodedR, out var r))
        {
            return false;
        }

        Span<byte> k = stackalloc byte[32];
        Challenge(encodedR, publicKey, message, k);
        var difference = EdwardsPoint.SumOfMultiples(s, EdwardsPoint.Generator, k, -a) + (-r);
        return difference.Double().Double().Double().IsIdentity;
    }

    /// <summary>k = SHA-512(R ‖ A ‖ M) mod L, over the encodings as they came.</summary>
    private static void Challenge(ReadOnlySpan<byte> r, ReadOnlySpan<byte> a, ReadOnlySpan<byte> message, Span<byte> k)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(r);
        hash.AppendData(a);
        hash.AppendData(message);
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        k.Clear();
        (new BigInteger(digest, isUnsigned: true) % Order).TryWriteBytes(k, out _, isUnsigned: true);
    }
}
