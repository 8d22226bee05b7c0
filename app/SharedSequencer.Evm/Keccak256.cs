using Org.BouncyCastle.Crypto.Digests;

namespace SharedSequencer.Evm;

/// <summary>Keccak-256 with Ethereum's original padding: not NIST's SHA3-256.</summary>
public static class Keccak256
{
    [ThreadStatic]
    private static KeccakDigest? s_digest;

    /// <summary>The hash of <paramref name="data"/>.</summary>
    public static EvmHash Of(ReadOnlySpan<byte> data)
    {
        // DoFinal resets the digest, so that one a thread is enough.
        var digest = s_digest ??= new KeccakDigest(256);
        Span<byte> hash = stackalloc byte[EvmHash.Length];
        digest.BlockUpdate(data);
        digest.DoFinal(hash);
        return EvmHash.From(hash);
    }
}
