namespace SharedSequencer.Evm.Transactions;

/// <summary>An address and storage keys that a transaction announces (EIP-2930).</summary>
public sealed record AccessListEntry(EvmAddress Address, IReadOnlyList<EvmHash> StorageKeys);
