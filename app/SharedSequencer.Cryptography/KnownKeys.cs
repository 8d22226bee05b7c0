using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using SharedSequencer.Cryptography.Native;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cryptography;

/// <summary>
/// Verifies signatures and remembers the points of the keys it met last, so that an account that signs often is spared the
/// square root which finds its point: a tenth of a verification. Its answers are <see cref="Schnorr.Verify"/>'s. Safe on
/// every thread.
/// </summary>
/// <remarks>
/// Each key has one place, and whoever comes last has it: memory is bounded, and who makes another's key be forgotten
/// costs that one what every verification costs without this.
/// </remarks>
public sealed unsafe class KnownKeys
{
    private const int Places = 32 * 1024;

    private readonly KnownKey?[] _keys = new KnownKey?[Places];

    /// <param name="signer">The x-only key.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">64 bytes; of any other length it is false.</param>
    public bool Verify(AccountId signer, Hash256 message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Schnorr.SignatureLength)
            return false;
        ref var place = ref _keys[BinaryPrimitives.ReadUInt32LittleEndian(signer.Span) % Places];
        var known = Volatile.Read(ref place);
        if (known is null || known.Id != signer)
        {
            known = new KnownKey(signer);
            fixed (byte* key = signer.Span, point = known.Point)
            {
                if (Secp256k1.xonly_pubkey_parse(Secp256k1.Context, point, key) != 1)
                    return false;
            }

            Volatile.Write(ref place, known);
        }

        fixed (byte* point = known.Point, text = message.Span, sig = signature)
            return Secp256k1.schnorrsig_verify(Secp256k1.Context, sig, text, Hash256.Length, point) == 1;
    }

    private sealed class KnownKey(AccountId id)
    {
        private Parsed _point;

        public AccountId Id { get; } = id;

        /// <summary>As libsecp256k1 keeps it.</summary>
        public Span<byte> Point => _point;
    }

    [InlineArray(Secp256k1.PublicKeySize)]
    private struct Parsed
    {
        private byte _first;
    }
}
