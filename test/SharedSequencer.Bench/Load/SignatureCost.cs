using SharedSequencer.Bench.Measuring;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bench.Load;

/// <summary>What one verification costs on this machine at this moment.</summary>
internal static class SignatureCost
{
    private const int Count = 10_000;

    /// <summary>Processor time in microseconds.</summary>
    public static double Measure()
    {
        var key = LoadKeys.Of(0);
        var message = Hash256.Of("what is signed"u8);
        var signature = Schnorr.Sign(key, message);
        var cpu = CpuTime.OfThis();
        for (var i = 0; i < Count; i++)
        {
            if (!Schnorr.Verify(key.PublicKey.Span, message.Span, signature))
                throw new InvalidDataException("A good signature was refused.");
        }

        return (CpuTime.OfThis() - cpu) / Count * 1e6;
    }
}
