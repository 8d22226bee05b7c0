namespace SharedSequencer.Evm.Transactions;

/// <summary>What a transaction must meet whatever the state is.</summary>
/// <param name="ChainId">The EVM chain's id (EIP-155).</param>
/// <param name="MaxBytes">Bytes of one raw transaction.</param>
/// <param name="BlockGasLimit">Gas of a whole block: no transaction may ask for more.</param>
public readonly record struct TransactionRules(ulong ChainId, int MaxBytes, ulong BlockGasLimit);
