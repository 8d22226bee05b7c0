using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Engine.Storage;

/// <summary>A block as it is kept.</summary>
/// <param name="Commit">The precommits that were seen for it; null while it is only proposed.</param>
/// <param name="Extension">The validator's vote extension and its signature; null while extensions are off.</param>
internal sealed record StoredBlock(BlockId Id, int Round, Block Block, Commit? Commit, VoteExtension? Extension);

/// <summary>What the validator added to its precommit.</summary>
internal sealed record VoteExtension(byte[] Extension, byte[] Signature);

/// <summary>A block without its transactions.</summary>
/// <param name="Size">Bytes of the whole block.</param>
internal sealed record BlockMeta(BlockId Id, int Size, Header Header, int Transactions);

/// <summary>Where a transaction is.</summary>
internal readonly record struct TransactionPlace(long Height, int Index);
