using System.Globalization;
using System.Text;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bench.Load;

/// <summary>Keys that are the same in every run, so that genesis and signatures can be made ahead.</summary>
internal static class LoadKeys
{
    public static SecretKey Of(int index) =>
        SecretKey.From(Hash256.Of(Encoding.ASCII.GetBytes("bench key " + index.ToString(CultureInfo.InvariantCulture))).Span);

    public static SecretKey[] Many(int count)
    {
        var keys = new SecretKey[count];
        Parallel.For(0, count, i => keys[i] = Of(i));
        return keys;
    }
}
