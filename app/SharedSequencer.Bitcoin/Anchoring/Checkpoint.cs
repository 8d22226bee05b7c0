using System.Buffers.Binary;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// A checkpoint of the sequencer's chain in Bitcoin: it covers every block up to its height. 79 bytes in an OP_RETURN:
/// magic 2 ‖ version 1 ‖ chain tag 4 ‖ height 8 ‖ block hash 32 ‖ batch digest 32, integers big-endian.
/// </summary>
/// <param name="BatchDigest">The digest of the batch that carries the data; zeros without one.</param>
public sealed record Checkpoint(ChainTag ChainTag, ulong Height, Hash256 BlockHash, Hash256 BatchDigest)
{
    /// <summary>Bytes in a checkpoint.</summary>
    public const int Length = 79;

    /// <summary>The first two bytes: "SQ".</summary>
    public const ushort Magic = 0x5351;

    /// <summary>The third byte.</summary>
    public const byte Version = 1;

    /// <summary>The 79 bytes.</summary>
    public byte[] Encode()
    {
        var data = new byte[Length];
        BinaryPrimitives.WriteUInt16BigEndian(data, Magic);
        data[2] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(3), ChainTag.Value);
        BinaryPrimitives.WriteUInt64BigEndian(data.AsSpan(7), Height);
        BlockHash.Span.CopyTo(data.AsSpan(15));
        BatchDigest.Span.CopyTo(data.AsSpan(47));
        return data;
    }

    /// <summary>Reads exactly 79 bytes with our magic, version 1 and a height above 0.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out Checkpoint checkpoint)
    {
        checkpoint = null!;
        if (data.Length != Length || BinaryPrimitives.ReadUInt16BigEndian(data) != Magic || data[2] != Version)
            return false;
        var height = BinaryPrimitives.ReadUInt64BigEndian(data[7..]);
        if (height == 0)
            return false;
        checkpoint = new Checkpoint(
            new ChainTag(BinaryPrimitives.ReadUInt32BigEndian(data[3..])), height, Hash256.From(data.Slice(15, 32)), Hash256.From(data[47..]));
        return true;
    }

    /// <summary>The first checkpoint of this chain among a transaction's outputs: only that one counts.</summary>
    public static bool TryFind(BitcoinTransaction transaction, ChainTag tag, out Checkpoint checkpoint)
    {
        foreach (var output in transaction.Outputs)
        {
            if (OpReturn.TryRead(output.ScriptPubKey, out var data) && TryDecode(data, out checkpoint) && checkpoint.ChainTag == tag)
                return true;
        }

        checkpoint = null!;
        return false;
    }
}
