using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Client;

/// <summary>A transaction that a node has taken.</summary>
/// <param name="Transaction">Keep its <see cref="SignedTransaction.Raw"/> to submit the same bytes again.</param>
/// <param name="Status">What the node said of it: received, or waiting_for_nonce, or further up when it was sent before.</param>
public sealed record SentTransaction(SignedTransaction Transaction, string Status);
