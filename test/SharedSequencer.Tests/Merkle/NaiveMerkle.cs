using System.Security.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

/// <summary>RFC 6962 section 2.1 word for word: slow, recursive, and written apart from the code under test.</summary>
internal static class NaiveMerkle
{
    public static Hash256 Root(byte[][] leaves) => Hash256.From(Mth(leaves));

    private static byte[] Mth(byte[][] leaves)
    {
        if (leaves.Length == 0)
            return SHA256.HashData([]);
        if (leaves.Length == 1)
            return SHA256.HashData([0, .. leaves[0]]);
        var k = 1;
        while (k * 2 < leaves.Length)
            k *= 2;
        return SHA256.HashData([1, .. Mth(leaves[..k]), .. Mth(leaves[k..])]);
    }
}
