using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;

namespace SharedSequencer.Client;

/// <summary>
/// Checks that a transaction stands in a block: preamble and ids of all transactions → data_hash of a trusted header. An id
/// is the SHA-256 of a transaction's bytes, which is what CometBFT hashes below data_hash. Pure: no network, no state.
/// </summary>
public static class TransactionVerifier
{
    /// <summary>Why the transaction is not proven to stand there, or null when it is.</summary>
    /// <param name="block">What a node says of the block.</param>
    /// <param name="id">The transaction.</param>
    /// <param name="index">Its place in the block; the preamble has 0.</param>
    /// <param name="header">The trusted header of the height.</param>
    public static string? Fault(BlockResponse block, Hash256 id, uint index, Header header)
    {
        if (block.Height != header.Height)
            return $"The block is said to be of height {block.Height}; the trusted header is of height {header.Height}.";
        if (index < 1 || index > block.Transactions.Count)
            return $"The block has {block.Transactions.Count} transactions; none stands at index {index}.";
        if (block.Transactions[(int)index - 1] != id.ToString())
            return $"At index {index} the block has transaction {block.Transactions[(int)index - 1]}.";
        if (block.Preamble is not { } said || PreambleOf(said, block.Height) is not { } preamble)
            return "The block has transactions and no preamble that can be read.";

        var leaves = new Hash256[block.Transactions.Count + 1];
        leaves[0] = MerkleHash.Leaf(Hash256.Of(preamble).Span);
        for (var i = 1; i < leaves.Length; i++)
        {
            if (!Hash256.TryParse(block.Transactions[i - 1], out var item))
                return $"'{block.Transactions[i - 1]}' at index {i} is no transaction id.";
            leaves[i] = MerkleHash.Leaf(item.Span);
        }

        var root = MerkleTree.RootOf(leaves);
        return header.DataHash == root
            ? null
            : $"The block's transactions give the data_hash {root}; the trusted header has {header.DataHash?.ToString() ?? "(none)"}.";
    }

    private static byte[]? PreambleOf(PreambleResponse said, long height)
    {
        if (said.NamespaceRoot.Length != 2 * NamespacedHash.Length || !said.NamespaceRoot.All(char.IsAsciiHexDigitLower))
            return null;
        return new Preamble
        {
            Height = height,
            NamespaceRoot = Convert.FromHexString(said.NamespaceRoot),
            EntryCount = said.EntryCount,
            PayloadBytes = said.PayloadBytes,
            ForcedCount = said.ForcedCount,
        }.Encode();
    }
}
