using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SharedSequencer.Merkle;

/// <summary>
/// The compression function of SHA-256 (FIPS 180-4) on eight messages at once, one in each lane of a vector. A call of
/// the platform's SHA-256 costs several times what the one or two blocks of a tree's node do, so that whole levels of
/// a tree are hashed here; single messages are left to the platform.
/// </summary>
internal static class Sha256Lanes
{
    /// <summary>Messages in one run.</summary>
    public const int Count = 8;

    /// <summary>Bytes in a block.</summary>
    public const int BlockLength = 64;

    private const int DigestWords = 8;

    private static readonly uint[] s_initial =
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    private static readonly uint[] s_round =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>
    /// Hashes eight messages that are padded already. Lane i begins at i·stride and has blockCounts[i] blocks; its
    /// digest goes to 32·i.
    /// </summary>
    public static void Hash(ReadOnlySpan<byte> messages, int stride, ReadOnlySpan<int> blockCounts, Span<byte> digests)
    {
        Span<Vector256<uint>> state = stackalloc Vector256<uint>[DigestWords];
        for (var i = 0; i < DigestWords; i++)
            state[i] = Vector256.Create(s_initial[i]);

        var most = 0;
        foreach (var count in blockCounts)
            most = Math.Max(most, count);
        for (var block = 0; block < most; block++)
            Compress(messages[(block * BlockLength)..], stride, state, LanesWithMoreThan(block, blockCounts));

        for (var word = 0; word < DigestWords; word++)
        {
            for (var lane = 0; lane < Count; lane++)
                BinaryPrimitives.WriteUInt32BigEndian(digests[(((lane * DigestWords) + word) * sizeof(uint))..], state[word][lane]);
        }
    }

    /// <summary>All ones in the lanes whose message has this block; the others keep their state.</summary>
    private static Vector256<uint> LanesWithMoreThan(int block, ReadOnlySpan<int> blockCounts)
    {
        Span<uint> mask = stackalloc uint[Count];
        for (var lane = 0; lane < Count; lane++)
            mask[lane] = blockCounts[lane] > block ? uint.MaxValue : 0;
        return Vector256.Create<uint>(mask);
    }

    private static void Compress(
        ReadOnlySpan<byte> messages, int stride, Span<Vector256<uint>> state, Vector256<uint> active)
    {
        Span<Vector256<uint>> schedule = stackalloc Vector256<uint>[16];
        for (var t = 0; t < schedule.Length; t++)
            schedule[t] = LoadWord(messages[(t * sizeof(uint))..], stride);

        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
        for (var t = 0; t < s_round.Length; t++)
        {
            var word = schedule[t & 15];
            var sum1 = RotateRight(e, 6) ^ RotateRight(e, 11) ^ RotateRight(e, 25);
            var choice = (e & f) ^ Vector256.AndNot(g, e);
            var temporary1 = h + sum1 + choice + Vector256.Create(s_round[t]) + word;
            var sum0 = RotateRight(a, 2) ^ RotateRight(a, 13) ^ RotateRight(a, 22);
            var majority = (a & b) ^ (a & c) ^ (b & c);
            h = g;
            g = f;
            f = e;
            e = d + temporary1;
            d = c;
            c = b;
            b = a;
            a = temporary1 + sum0 + majority;

            // The word that will be needed 16 rounds from now takes the place of the one just used.
            var w1 = schedule[(t + 1) & 15];
            var w14 = schedule[(t + 14) & 15];
            var small0 = RotateRight(w1, 7) ^ RotateRight(w1, 18) ^ (w1 >>> 3);
            var small1 = RotateRight(w14, 17) ^ RotateRight(w14, 19) ^ (w14 >>> 10);
            schedule[t & 15] = word + small0 + schedule[(t + 9) & 15] + small1;
        }

        state[0] += a & active;
        state[1] += b & active;
        state[2] += c & active;
        state[3] += d & active;
        state[4] += e & active;
        state[5] += f & active;
        state[6] += g & active;
        state[7] += h & active;
    }

    private static Vector256<uint> LoadWord(ReadOnlySpan<byte> messages, int stride) => Vector256.Create(
        BinaryPrimitives.ReadUInt32BigEndian(messages),
        BinaryPrimitives.ReadUInt32BigEndian(messages[stride..]),
        BinaryPrimitives.ReadUInt32BigEndian(messages[(2 * stride)..]),
        BinaryPrimitives.ReadUInt32BigEndian(messages[(3 * stride)..]),
        BinaryPrimitives.ReadUInt32BigEndian(messages[(4 * stride)..]),
        BinaryPrimitives.ReadUInt32BigEndian(messages[(5 * stride)..]),
        BinaryPrimitives.ReadUInt32BigEndian(messages[(6 * stride)..]),
        BinaryPrimitives.ReadUInt32BigEndian(messages[(7 * stride)..]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> RotateRight(Vector256<uint> value, int bits) =>
        (value >>> bits) | (value << (32 - bits));
}
