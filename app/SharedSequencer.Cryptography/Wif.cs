using System.Numerics;
using System.Security.Cryptography;

namespace SharedSequencer.Cryptography;

/// <summary>Bitcoin's wallet import format: base58check of version ‖ 32 bytes ‖ 01. Reading only.</summary>
internal static class Wif
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const byte Mainnet = 0x80;
    private const byte Testnet = 0xef;
    private const int PayloadLength = 34;
    private const int ChecksumLength = 4;

    /// <summary>With either version the number has 52 digits; a longer text could only have leading zeros.</summary>
    private const int TextLength = 52;

    public static bool TryDecode(string text, out byte[] secret)
    {
        secret = [];
        if (text.Length != TextLength)
            return false;

        var value = BigInteger.Zero;
        foreach (var c in text)
        {
            var digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
                return false;
            value = (value * 58) + digit;
        }

        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length != PayloadLength + ChecksumLength)
            return false;

        var payload = bytes.AsSpan(0, PayloadLength);
        var checksum = SHA256.HashData(SHA256.HashData(payload)).AsSpan(0, ChecksumLength);
        if (!checksum.SequenceEqual(bytes.AsSpan(PayloadLength)) || payload[0] is not (Mainnet or Testnet) || payload[33] != 1)
            return false;

        secret = payload.Slice(1, 32).ToArray();
        return true;
    }
}
