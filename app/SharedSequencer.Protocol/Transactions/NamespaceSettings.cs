using SharedSequencer.Primitives;

namespace SharedSequencer.Protocol.Transactions;

/// <summary>What of a namespace reaches Bitcoin.</summary>
public enum DataMode
{
    /// <summary>Its data, in batches.</summary>
    Full = 0,

    /// <summary>The checkpoint alone.</summary>
    Commitment = 1,
}

/// <summary>What a namespace's owner decides.</summary>
public sealed record NamespaceSettings
{
    /// <summary>Who may write: anyone when null, else exactly these accounts, ascending, without repetition.</summary>
    public IReadOnlyList<AccountId>? Writers { get; init; }

    /// <summary>Who receives the surcharge; the owner when null.</summary>
    public AccountId? FeeRecipient { get; init; }

    /// <summary>In useq for each byte of payload, on top of the chain's fee. The rollup keeps it.</summary>
    public ulong SurchargePerByte { get; init; }

    /// <summary>Payload bytes that one block may hold; 0 leaves it to the block's own limit.</summary>
    public ulong MaxBytesPerBlock { get; init; }

    public DataMode DataMode { get; init; }
}
