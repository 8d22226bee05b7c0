using System.Numerics;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.History;

/// <summary>
/// A namespace's tree of slices as it is stored, for proofs. Valid inside <see cref="Reading.ChainReader.Query"/> alone.
/// </summary>
internal sealed class SliceLog(Session session, NamespaceId id) : IMerkleNodes
{
    private readonly byte[] _id = id.ToArray();

    /// <inheritdoc />
    public Hash256? Find(int level, ulong index)
    {
        // The row of the node's last leaf, whose number says the level of the row's first node.
        var number = (index + 1) << level;
        var row = session.Prepare("SELECT nodes FROM slice_log WHERE namespace = ? AND number = ?").Bind(1, _id).Bind(2, (long)number);
        Hash256? found = null;
        if (row.Step())
        {
            var at = (BitOperations.TrailingZeroCount(number) - level) * Hash256.Length;
            var nodes = row.Blob(0);
            if (at + Hash256.Length <= nodes.Length)
                found = Hash256.From(nodes.Slice(at, Hash256.Length));
        }

        row.Reset();
        return found;
    }
}
