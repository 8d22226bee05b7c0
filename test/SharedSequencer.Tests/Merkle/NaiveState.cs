using System.Security.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

/// <summary>The state root recomputed from a plain set of entries, bit by bit, with no tree.</summary>
internal static class NaiveState
{
    public static Hash256 Root(IEnumerable<KeyValuePair<string, byte[]>> entries) => RootOfPaths(
        [.. entries.Select(entry => (SHA256.HashData(Convert.FromHexString(entry.Key)), entry.Value))]);

    public static Hash256 RootOfPaths((byte[] Path, byte[] Value)[] entries) =>
        entries.Length == 0 ? Hash256.Zero : Hash256.From(Subtree(entries, 0));

    private static byte[] Subtree((byte[] Path, byte[] Value)[] entries, int bit)
    {
        if (entries.Length == 1)
            return SHA256.HashData([0, .. entries[0].Path, .. SHA256.HashData(entries[0].Value)]);
        var left = entries.Where(entry => (entry.Path[bit / 8] & (0x80 >> (bit % 8))) == 0).ToArray();
        var right = entries.Where(entry => (entry.Path[bit / 8] & (0x80 >> (bit % 8))) != 0).ToArray();
        if (left.Length == 0 || right.Length == 0)
            return Subtree(entries, bit + 1);
        return SHA256.HashData([1, .. Subtree(left, bit + 1), .. Subtree(right, bit + 1)]);
    }
}
