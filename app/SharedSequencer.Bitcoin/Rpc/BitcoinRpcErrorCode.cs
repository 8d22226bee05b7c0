namespace SharedSequencer.Bitcoin.Rpc;

/// <summary>The codes of bitcoind's <c>rpc/protocol.h</c> that this project tells apart.</summary>
public static class BitcoinRpcErrorCode
{
    /// <summary>Pruned data, a scan already in progress, and other general failures.</summary>
    public const int Misc = -1;

    /// <summary>No such block or transaction.</summary>
    public const int NotFound = -5;

    /// <summary>A parameter out of range, such as a height above the tip.</summary>
    public const int InvalidParameter = -8;

    /// <summary>Inputs are missing or spent.</summary>
    public const int VerifyError = -25;

    /// <summary>Refused by consensus rules or by the node's policy.</summary>
    public const int VerifyRejected = -26;

    /// <summary>The transaction is in a block already and its outputs are unspent.</summary>
    public const int AlreadyInUtxoSet = -27;

    /// <summary>Still starting up.</summary>
    public const int InWarmUp = -28;
}
