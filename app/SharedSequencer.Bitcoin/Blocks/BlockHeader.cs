using System.Numerics;

namespace SharedSequencer.Bitcoin;

/// <summary>A Bitcoin block header, 80 bytes.</summary>
public sealed record BlockHeader(
    int Version, BitcoinHash Previous, BitcoinHash MerkleRoot, uint Time, CompactTarget Bits, uint Nonce)
{
    /// <summary>Bytes in a header.</summary>
    public const int Length = 80;

    /// <summary>The block's hash: double SHA-256 of the 80 bytes.</summary>
    public BitcoinHash Hash => BitcoinHash.Of(ToBytes());

    /// <summary>Reads exactly 80 bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out BlockHeader header)
    {
        header = null!;
        if (data.Length != Length)
            return false;
        var reader = new BitcoinReader(data);
        header = Read(ref reader);
        return true;
    }

    /// <summary>Reads exactly 80 bytes.</summary>
    /// <exception cref="FormatException">The data has another length.</exception>
    public static BlockHeader Parse(ReadOnlySpan<byte> data) =>
        TryParse(data, out var header) ? header : throw new FormatException($"A Bitcoin block header has 80 bytes, not {data.Length}.");

    public byte[] ToBytes()
    {
        var writer = new BitcoinWriter();
        writer.Int32(Version);
        writer.Bytes(Previous.Span);
        writer.Bytes(MerkleRoot.Span);
        writer.UInt32(Time);
        writer.UInt32(Bits.Bits);
        writer.UInt32(Nonce);
        return writer.ToArray();
    }

    /// <summary>True when hash ≤ target ≤ <paramref name="easiest"/>: the work was done.</summary>
    public bool HasWork(CompactTarget easiest) =>
        Bits.TryGetTarget(out var target)
        && easiest.TryGetTarget(out var limit)
        && target <= limit
        && new BigInteger(Hash.Span, isUnsigned: true, isBigEndian: false) <= target;

    internal static BlockHeader Read(ref BitcoinReader reader) =>
        new(reader.Int32(), reader.Hash(), reader.Hash(), reader.UInt32(), new CompactTarget(reader.UInt32()), reader.UInt32());
}
