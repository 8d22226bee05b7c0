namespace SharedSequencer.Evm.Transactions;

/// <summary>The envelopes that are executed; the values are EIP-2718's type bytes.</summary>
public enum EthereumTransactionType
{
    /// <summary>Without a type byte, with the chain id of EIP-155 in its signature or (before EIP-155) without one.</summary>
    Legacy = 0,

    /// <summary>EIP-2930.</summary>
    AccessList = 1,

    /// <summary>EIP-1559.</summary>
    FeeMarket = 2,
}
