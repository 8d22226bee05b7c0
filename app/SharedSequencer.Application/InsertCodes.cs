using SharedSequencer.Protocol;

namespace SharedSequencer.Application;

/// <summary>
/// InsertTx's codes for CometBFT v0.40: 0 keeps the transaction as seen, from 32000 on it is forgotten and may come
/// again, every other code is for good.
/// </summary>
internal static class InsertCodes
{
    /// <summary>Added to the code of a refusal that another block, or more room, can change.</summary>
    public const uint Retryable = 32_000;

    public static uint Of(ResultCode code) => code switch
    {
        // It waits in the pool.
        ResultCode.NonceGap => 0,
        ResultCode.PoolFull or ResultCode.InsufficientBalance or ResultCode.FeeTooLow or ResultCode.UnknownNamespace
            or ResultCode.NotWriter or ResultCode.NotOwner or ResultCode.ExpiryTooFar => Retryable + (uint)code,
        _ => (uint)code,
    };
}
