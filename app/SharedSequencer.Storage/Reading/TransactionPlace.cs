namespace SharedSequencer.Storage.Reading;

/// <summary>Where a transaction is.</summary>
/// <param name="Position">In the block; the preamble has 0.</param>
public readonly record struct TransactionPlace(long Height, uint Position);
