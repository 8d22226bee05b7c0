using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Rpc;

namespace SharedSequencer.Evm.Execution;

/// <summary>Reads geth's chain as positions in the namespace's slices.</summary>
internal sealed class ChainReader(GethRpc geth)
{
    /// <summary>How far a block reaches.</summary>
    /// <exception cref="ExecutorDivergedException">Its extraData is no slice's mark.</exception>
    public static BlockPosition Position(EvmBlockHeader header)
    {
        var mark = SliceMark.None;
        if (header.Number > 0 && !SliceMark.TryRead(header.ExtraData, out mark))
        {
            throw new ExecutorDivergedException(
                $"geth's block {header.Number} {header.Hash} has the extra data 0x{Convert.ToHexStringLower(header.ExtraData)}, "
                + "which names no slice: somebody else drives this geth.");
        }

        return new(header.Number, header.Hash.ToString(), header.Timestamp, mark.SliceNumber, mark.Height);
    }

    /// <summary>The block that geth holds as finalized, or null.</summary>
    public async Task<BlockPosition?> FinalizedAsync(CancellationToken cancellationToken) =>
        await geth.FindBlockAsync(BlockReference.Finalized, cancellationToken) is { } header ? Position(header) : null;

    /// <summary>The newest block up to <paramref name="head"/> whose last slice is not above <paramref name="slice"/>: at least the genesis.</summary>
    public async Task<BlockPosition> NewestUpToAsync(ulong slice, EvmBlockHeader head, CancellationToken cancellationToken)
    {
        var newest = Position(head);
        if (newest.LastSlice <= slice)
            return newest;

        // Slice numbers grow with block numbers: halve. No block n ends before slice n, so that no block above `slice` comes in question.
        var low = 0UL;
        var high = Math.Min(newest.Number - 1, slice);
        while (low < high)
        {
            var middle = high - ((high - low) / 2);
            if ((await AtAsync(middle, cancellationToken)).LastSlice <= slice)
                low = middle;
            else
                high = middle - 1;
        }

        return await AtAsync(low, cancellationToken);
    }

    private async Task<BlockPosition> AtAsync(ulong number, CancellationToken cancellationToken) =>
        Position(await geth.FindBlockAsync(BlockReference.Number(number), cancellationToken)
            ?? throw new ClientUnreachableException($"geth has no block {number} below its head."));
}
