using SharedSequencer.Bench.Measuring;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bench.Load;

/// <summary>What one verification costs on this machine at this moment.</summary>
internal static class SignatureCost
{
    private const int Count = 5_000;
    private const int Keys = 50;

    /// <summary>Processor time in microseconds.</summary>
    public static double Measure()
    {
        var keys = LoadKeys.Many(Keys);
        var messages = new Hash256[Count];
        var signatures = new byte[Count][];
        for (var i = 0; i < Count; i++)
        {
            messages[i] = Hash256.Of(BitConverter.GetBytes(i));
            signatures[i] = Schnorr.Sign(keys[i % Keys], messages[i]);
        }

        var cpu = CpuTime.OfThis();
        for (var i = 0; i < Count; i++)
        {
            if (!Schnorr.Verify(keys[i % Keys].PublicKey.Span, messages[i].Span, signatures[i]))
                throw new InvalidDataException("A good signature was refused.");
        }

        return (CpuTime.OfThis() - cpu) / Count * 1e6;
    }
}
