using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Application.Mempool;

/// <summary>A transaction in the pool.</summary>
/// <param name="Spend">The most it can take from its sender: fee cap, transfers and deposits, in useq.</param>
/// <param name="TipPerByte">What it really tips for each byte, after the cap.</param>
/// <param name="Arrival">Order of arrival: of two equal tips the older goes first.</param>
internal sealed record PoolEntry(SignedTransaction Transaction, UInt128 Spend, ulong TipPerByte, ulong Arrival)
{
    public Hash256 Id => Transaction.Id;

    public AccountId Sender => Transaction.Sender;

    public ulong Nonce => Transaction.Body.Nonce;

    public int Bytes => Transaction.Raw.Length;
}
