using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Application.Mempool;

/// <summary>A transaction in the pool. What can change does so under the pool's lock, while no index holds the entry.</summary>
/// <param name="arrival">Order of arrival, unique: of two equal tips the older goes first.</param>
internal sealed class PoolEntry(SignedTransaction transaction, ulong arrival)
{
    public SignedTransaction Transaction => transaction;

    public ulong Arrival => arrival;

    public Hash256 Id => transaction.Id;

    public AccountId Sender => transaction.Sender;

    public ulong Nonce => transaction.Body.Nonce;

    public int Bytes => transaction.Raw.Length;

    public Lane Lane { get; } = LaneClassifier.Of(transaction);

    /// <summary>What it asks of namespaces' shares.</summary>
    public required NamespaceDemand[] Demands { get; set; }

    /// <summary>The most it can take from its sender: fee cap, transfers and deposits, in useq.</summary>
    public required UInt128 Spend { get; set; }

    public required FeeOffer Offer { get; set; }

    /// <summary>The highest base fee for each byte that it can pay, in useq, as far as is known.</summary>
    public required ulong MaxBase { get; set; }

    /// <summary>What it really tips for each byte, after the cap, in useq: at the prices when it was last looked at.</summary>
    public required ulong TipPerByte { get; set; }

    /// <summary>It waits for an earlier nonce.</summary>
    public bool IsParked { get; set; }

    /// <summary>It stands in the guaranteed part of its namespaces: it is not evicted.</summary>
    public bool IsGuaranteed { get; set; }

    /// <summary>It leaves when the block time reaches this, in seconds: its expiry, or the end of its waiting.</summary>
    public long Deadline { get; set; }
}
