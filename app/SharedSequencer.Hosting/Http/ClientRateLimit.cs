using System.Security.Cryptography;

namespace SharedSequencer.Hosting.Http;

/// <summary>
/// A token bucket for each client, in constant memory: a bucket is one number, the time at which it is full again (the
/// generic cell rate algorithm of ITU-T I.371), and clients are spread over 65,536 of them by a secret hash. Two clients
/// can share a bucket; neither can choose to.
/// </summary>
public sealed class ClientRateLimit
{
    private const int BucketBits = 16;

    private readonly long[] _fullAt = new long[1 << BucketBits];
    private readonly ulong _secret = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
    private readonly TimeProvider _time;
    private readonly long _cost;
    private readonly long _depth;

    /// <param name="perSecond">Requests that a bucket regains in a second; 0 switches the limit off.</param>
    /// <param name="burst">Requests that a full bucket holds.</param>
    public ClientRateLimit(int perSecond, int burst, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(perSecond);
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        _time = time;
        PerSecond = perSecond;
        _cost = perSecond == 0 ? 0 : Math.Max(1, TimeSpan.TicksPerSecond / perSecond);
        _depth = _cost * burst;
    }

    /// <summary>0: off.</summary>
    public int PerSecond { get; }

    /// <summary>Takes tokens from a client's bucket.</summary>
    /// <param name="count">What is asked for; more than a bucket holds counts as a full one, else it could never be had.</param>
    /// <returns>Zero when they were there, else how long to wait; nothing was taken then.</returns>
    public TimeSpan Take(ClientAddress client, int count = 1)
    {
        if (_cost == 0)
            return TimeSpan.Zero;
        ref var fullAt = ref _fullAt[BucketOf(client)];
        var now = _time.GetElapsedTime(0).Ticks;
        var price = Math.Min(_cost * count, _depth);
        while (true)
        {
            var seen = Volatile.Read(ref fullAt);
            var next = Math.Max(seen, now) + price;
            if (next - now > _depth)
                return TimeSpan.FromTicks(next - now - _depth);
            if (Interlocked.CompareExchange(ref fullAt, next, seen) == seen)
                return TimeSpan.Zero;
        }
    }

    private int BucketOf(ClientAddress client)
    {
        unchecked
        {
            // Two rounds of a multiplicative mix (MurmurHash3's finaliser) under a secret that an outsider cannot learn.
            var mixed = (client.Network ^ (client.IsV6 ? 0x9E3779B97F4A7C15UL : 0)) + _secret;
            mixed = (mixed ^ (mixed >> 33)) * 0xFF51AFD7ED558CCDUL;
            mixed = (mixed ^ (mixed >> 33) ^ _secret) * 0xC4CEB9FE1A85EC53UL;
            return (int)(mixed >> (64 - BucketBits));
        }
    }
}
