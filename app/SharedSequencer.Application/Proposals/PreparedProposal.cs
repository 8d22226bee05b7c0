using Google.Protobuf;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Proposals;

/// <summary>
/// The newest block that this node built. When it comes back to be judged, byte for byte, it is not executed again:
/// what built it is what would judge it. Another header time, another parent or one other byte, and it is judged anew.
/// </summary>
internal sealed class PreparedProposal
{
    private ExecutedBlock? _block;

    public void Set(ExecutedBlock block) => _block = block;

    public void Clear() => _block = null;

    /// <summary>The block when these are exactly its items in its context, else null.</summary>
    public ExecutedBlock? Find(ChainState parent, BlockContext context, IReadOnlyList<ByteString> items)
    {
        if (_block is not { } block || !ReferenceEquals(block.Parent, parent) || block.Context != context)
            return null;
        if (block.Preamble is not { } preamble)
            return items.Count == 0 ? block : null;
        if (items.Count != block.Transactions.Count + 1 || !items[0].Span.SequenceEqual(preamble))
            return null;
        for (var i = 1; i < items.Count; i++)
        {
            if (!items[i].Span.SequenceEqual(block.Transactions[i - 1].Raw.Span))
                return null;
        }

        return block;
    }
}
