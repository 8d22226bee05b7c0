namespace SharedSequencer.Evm.Transactions;

/// <summary>Why a payload of a slice is not in the EVM chain. The numbers are kept by others: never change one.</summary>
public enum DropReason
{
    /// <summary>Not one canonical transaction envelope (EIP-2718).</summary>
    Malformed = 1,

    /// <summary>An envelope that this chain does not execute: blobs (EIP-4844), delegations (EIP-7702), or an unknown type.</summary>
    UnsupportedType = 2,

    /// <summary>More bytes than the chain's rules allow for one transaction.</summary>
    TooLarge = 3,

    /// <summary>Signed for another chain.</summary>
    WrongChain = 4,

    /// <summary>r, s or the parity out of range, s in the upper half (EIP-2), or no key fits.</summary>
    BadSignature = 5,

    /// <summary>The priority fee is above the fee cap.</summary>
    TipAboveFeeCap = 6,

    /// <summary>The gas limit is below the cost of the envelope itself.</summary>
    IntrinsicGas = 7,

    /// <summary>The gas limit is above a whole block's.</summary>
    GasLimitAboveBlock = 8,

    /// <summary>Contract creation code over 49,152 bytes (EIP-3860).</summary>
    InitCodeTooLarge = 9,

    /// <summary>The nonce was used already: a repeat, or a transaction that another one replaced.</summary>
    NonceTooLow = 10,

    /// <summary>A nonce before it is missing.</summary>
    NonceTooHigh = 11,

    /// <summary>The fee cap is below the block's base fee.</summary>
    FeeCapBelowBaseFee = 12,

    /// <summary>The sender cannot pay value and gas at their most.</summary>
    InsufficientFunds = 13,

    /// <summary>The block's gas is used up.</summary>
    BlockGasExhausted = 14,

    /// <summary>The block's bytes are used up.</summary>
    BlockBytesExhausted = 15,

    /// <summary>The execution client refused it; the detail has its words.</summary>
    RefusedByClient = 16,
}
