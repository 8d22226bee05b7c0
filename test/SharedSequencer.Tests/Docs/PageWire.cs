using System.Buffers.Binary;

namespace SharedSequencer.Tests.Docs;

/// <summary>Canonical messages and RFC 6962 trees as the page defines them, by nothing but SHA-256.</summary>
internal static class PageWire
{
    public static byte[] H(params byte[][] parts) => System.Security.Cryptography.SHA256.HashData(Join(parts));

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] U32(long value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
        return bytes;
    }

    public static byte[] U64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)value);
        return bytes;
    }

    /// <summary>A number's field; nothing when it is 0.</summary>
    public static byte[] Num(int field, long value) => value == 0 ? [] : [.. Varint((ulong)(field << 3)), .. Varint(unchecked((ulong)value))];

    /// <summary>A field of bytes; nothing when there are none.</summary>
    public static byte[] Buf(int field, byte[] value) => value.Length == 0 ? [] : Always(field, value);

    public static byte[] Always(int field, byte[] value) => [.. Varint((ulong)((field << 3) | 2)), .. Varint((ulong)value.Length), .. value];

    public static byte[] SFixed64(int field, long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return value == 0 ? [] : [.. Varint((ulong)((field << 3) | 1)), .. bytes];
    }

    public static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        while (value >= 0x80)
        {
            bytes.Add((byte)((value & 0x7f) | 0x80));
            value >>= 7;
        }

        return [.. bytes, (byte)value];
    }

    public static byte[] Leaf(byte[] data) => H([0], data);

    public static byte[] Inner(byte[] left, byte[] right) => H([1], left, right);

    /// <summary>MTH of leaf data.</summary>
    public static byte[] Mth(params byte[][] leaves) => Root([.. leaves.Select(Leaf)]);

    private static byte[] Root(byte[][] hashes)
    {
        if (hashes.Length == 0)
            return H();
        if (hashes.Length == 1)
            return hashes[0];
        var split = 1;
        while (split * 2 < hashes.Length)
            split *= 2;
        return Inner(Root(hashes[..split]), Root(hashes[split..]));
    }
}
