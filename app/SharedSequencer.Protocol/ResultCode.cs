namespace SharedSequencer.Protocol;

/// <summary>
/// Why a transaction is refused: one catalogue for CheckTx, execution and the API, where the name in lower snake case
/// is the problem's <c>code</c>. Numbers are part of <c>last_results_hash</c> and never change.
/// </summary>
public enum ResultCode : uint
{
    Ok = 0,

    /// <summary>The bytes are no transaction in canonical encoding.</summary>
    Malformed = 1,

    /// <summary>It exceeds a size limit and never fits.</summary>
    TooLarge = 2,

    /// <summary>It was signed for another chain.</summary>
    WrongChain = 3,

    /// <summary>The signature does not belong to the key and body.</summary>
    BadSignature = 4,

    /// <summary>The block time has reached its expiry time.</summary>
    Expired = 5,

    /// <summary>Its expiry time lies further ahead than the chain allows.</summary>
    ExpiryTooFar = 6,

    /// <summary>The account has used this nonce already.</summary>
    NonceTooLow = 7,

    /// <summary>An earlier nonce of the account is missing.</summary>
    NonceGap = 8,

    /// <summary>The account cannot pay the fee and all that the actions take.</summary>
    InsufficientBalance = 9,

    /// <summary>The maximal fee per byte does not cover the base fee and the surcharges.</summary>
    FeeTooLow = 10,

    /// <summary>No such namespace is registered.</summary>
    UnknownNamespace = 11,

    /// <summary>The namespace's id is taken or reserved.</summary>
    NamespaceTaken = 12,

    /// <summary>The account does not own the namespace.</summary>
    NotOwner = 13,

    /// <summary>The account is not among the namespace's writers.</summary>
    NotWriter = 14,

    /// <summary>The deposit is below the chain's minimum.</summary>
    DepositTooLow = 15,

    /// <summary>The namespace's bytes of this block are used up.</summary>
    QuotaExceeded = 16,

    /// <summary>A sum would exceed 64 bits.</summary>
    Overflow = 17,

    /// <summary>The pool has no room for a transaction that pays this little.</summary>
    PoolFull = 18,

    /// <summary>It does not pay at least 10 % more tip than the transaction of the same nonce in the pool.</summary>
    ReplacementUnderpriced = 19,

    /// <summary>Another transaction of the same nonce took its place.</summary>
    Replaced = 20,

    /// <summary>It is no longer in the pool.</summary>
    NotInPool = 21,

    /// <summary>It is in a block already.</summary>
    AlreadyFinal = 22,
}
