using SharedSequencer.Primitives;

namespace SharedSequencer.Protocol.Transactions;

/// <summary>One thing that a transaction does. Its kinds are the sealed records of this folder.</summary>
public abstract record TransactionAction;

/// <summary>Orders a payload in a namespace: one entry of the rollup's slice.</summary>
/// <param name="Payload">Opaque to the sequencer; at least one byte.</param>
public sealed record SubmitData(NamespaceId Namespace, ReadOnlyMemory<byte> Payload) : TransactionAction;

/// <summary>Moves coins.</summary>
/// <param name="Amount">In useq, above zero.</param>
public sealed record Transfer(AccountId Recipient, ulong Amount) : TransactionAction;

/// <summary>Takes a free name for the sender, who becomes its owner.</summary>
/// <param name="Name"><c>[a-z0-9-]{3,32}</c></param>
/// <param name="Deposit">In useq; refunded when it is lowered by an update.</param>
public sealed record RegisterNamespace(string Name, NamespaceSettings Settings, ulong Deposit) : TransactionAction;

/// <summary>Replaces a namespace's settings and deposit as a whole; its owner alone may.</summary>
/// <param name="NewOwner">The owner afterwards; null keeps the present one.</param>
/// <param name="Deposit">The whole deposit afterwards: the difference is charged or refunded.</param>
public sealed record UpdateNamespace(NamespaceId Namespace, NamespaceSettings Settings, ulong Deposit, AccountId? NewOwner) : TransactionAction;
