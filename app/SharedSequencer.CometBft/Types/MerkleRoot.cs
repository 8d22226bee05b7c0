using System.Security.Cryptography;
using SharedSequencer.Primitives;
namespace SharedSequencer.CometBft.Types;
internal static class MerkleRoot
{
    public static Hash256 Of(IReadOnlyList<byte[]> l) => Hash256.From(R(l, 0, l.Count));
    private static byte[] R(IReadOnlyList<byte[]> l, int f, int n)
    {
        if (n == 0) return SHA256.HashData([]);
        if (n == 1) return SHA256.HashData([0, .. l[f]]);
        int k = 1; while (k * 2 < n) k *= 2;
        return SHA256.HashData([1, .. R(l, f, k), .. R(l, f + k, n - k)]);
    }
}
