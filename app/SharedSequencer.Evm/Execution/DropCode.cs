using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Evm.Execution;

/// <summary>The stable words for <see cref="DropReason"/>.</summary>
public static class DropCode
{
    /// <summary>Such as <c>nonce_too_low</c>; null for no reason.</summary>
    public static string? Of(DropReason? reason) => reason switch
    {
        null => null,
        DropReason.Malformed => "malformed",
        DropReason.UnsupportedType => "unsupported_type",
        DropReason.TooLarge => "too_large",
        DropReason.WrongChain => "wrong_chain",
        DropReason.BadSignature => "bad_signature",
        DropReason.TipAboveFeeCap => "tip_above_fee_cap",
        DropReason.IntrinsicGas => "intrinsic_gas",
        DropReason.GasLimitAboveBlock => "gas_limit_above_block",
        DropReason.InitCodeTooLarge => "init_code_too_large",
        DropReason.NonceTooLow => "nonce_too_low",
        DropReason.NonceTooHigh => "nonce_too_high",
        DropReason.FeeCapBelowBaseFee => "fee_cap_below_base_fee",
        DropReason.InsufficientFunds => "insufficient_funds",
        DropReason.BlockGasExhausted => "block_gas_exhausted",
        DropReason.BlockBytesExhausted => "block_bytes_exhausted",
        DropReason.RefusedByClient => "refused_by_client",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason without a word."),
    };
}
