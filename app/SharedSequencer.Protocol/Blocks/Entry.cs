using System.Buffers.Binary;
using SharedSequencer.Primitives;

namespace SharedSequencer.Protocol.Blocks;

/// <summary>One SubmitData action of a block: what a rollup executes.</summary>
/// <param name="TransactionIndex">The transaction's place in the block; the preamble is 0.</param>
/// <param name="ActionIndex">The action's place in the transaction.</param>
/// <param name="Sender">Who signed; for a forced entry, a hash of the Bitcoin output.</param>
public sealed record Entry(NamespaceId Namespace, uint TransactionIndex, uint ActionIndex, AccountId Sender, ReadOnlyMemory<byte> Payload)
{
    private const int FixedLength = 4 + 4 + AccountId.Length;

    /// <summary>u32 transaction index ‖ u32 action index ‖ sender ‖ payload, integers big-endian: a leaf of the trees.</summary>
    public byte[] LeafData()
    {
        var data = new byte[LeafLength];
        WriteLeaf(data);
        return data;
    }

    /// <summary>Bytes of <see cref="LeafData"/>.</summary>
    public int LeafLength => FixedLength + Payload.Length;

    /// <summary>Writes <see cref="LeafData"/> into memory of the caller's.</summary>
    public void WriteLeaf(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, TransactionIndex);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], ActionIndex);
        Sender.Span.CopyTo(destination[8..]);
        Payload.Span.CopyTo(destination[FixedLength..]);
    }

    /// <summary>Reads leaf data of a namespace.</summary>
    public static bool TryParseLeaf(NamespaceId id, ReadOnlyMemory<byte> data, out Entry entry)
    {
        entry = null!;
        if (data.Length <= FixedLength)
            return false;
        var span = data.Span;
        entry = new Entry(
            id,
            BinaryPrimitives.ReadUInt32BigEndian(span),
            BinaryPrimitives.ReadUInt32BigEndian(span[4..]),
            AccountId.From(span.Slice(8, AccountId.Length)),
            data[FixedLength..]);
        return true;
    }
}
