using System.Buffers.Binary;

namespace SharedSequencer.Evm.Blocks;

/// <summary>
/// Ties an EVM block to the sequencer: its extraData is u64 slice number ‖ u64 sequencer height, big-endian, of the last slice in it.
/// </summary>
public readonly record struct SliceMark(ulong SliceNumber, long Height)
{
    /// <summary>Bytes of extraData.</summary>
    public const int Length = 16;

    /// <summary>Before the first slice: the genesis block's place.</summary>
    public static SliceMark None => default;

    public byte[] ToExtraData()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, SliceNumber);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), (ulong)Height);
        return bytes;
    }

    /// <summary>False when the bytes are no mark of a slice: such a block was not made here.</summary>
    public static bool TryRead(ReadOnlySpan<byte> extraData, out SliceMark mark)
    {
        mark = default;
        if (extraData.Length != Length)
            return false;
        var number = BinaryPrimitives.ReadUInt64BigEndian(extraData);
        var height = BinaryPrimitives.ReadUInt64BigEndian(extraData[8..]);
        if (number == 0 || height is 0 or > long.MaxValue)
            return false;
        mark = new(number, (long)height);
        return true;
    }
}
