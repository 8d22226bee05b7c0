using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Mempool.Rules;

/// <summary>A transaction that asks to be admitted, with what the rules have found out so far.</summary>
/// <param name="fees">The prices at the committed state.</param>
internal sealed class Candidate(SignedTransaction transaction, ChainState state, BlockFees fees)
{
    public SignedTransaction Transaction => transaction;

    /// <summary>The committed state that it is held against.</summary>
    public ChainState State => state;

    public BlockFees Fees => fees;

    public AccountRecord Account { get; } = state.Account(transaction.Sender);

    public ulong Nonce => transaction.Body.Nonce;

    public int Bytes => transaction.Raw.Length;

    /// <summary>Found by <see cref="CostRule"/>: see <see cref="PoolEntry.TipPerByte"/>.</summary>
    public ulong TipPerByte { get; set; }

    /// <summary>Found by <see cref="CostRule"/>: see <see cref="PoolEntry.Spend"/>.</summary>
    public UInt128 Spend { get; set; }

    /// <summary>Found by <see cref="CostRule"/>.</summary>
    public FeeOffer Offer { get; set; }

    /// <summary>Found by <see cref="QuotaRule"/>.</summary>
    public NamespaceDemand[] Demands { get; set; } = [];

    /// <summary>The account's other transactions; null when it has none.</summary>
    public AccountQueue? Queue { get; private set; }

    /// <summary>The nonce that could run next, behind all that can run.</summary>
    public ulong Next { get; private set; }

    /// <summary>The one whose nonce it has, or null.</summary>
    public PoolEntry? Replaced { get; private set; }

    /// <summary>It would have to wait.</summary>
    public bool IsParked { get; private set; }

    /// <summary>It would stand in the guaranteed part.</summary>
    public bool IsGuaranteed { get; private set; }

    /// <summary>The lowest tip among it and those before it: it cannot be ordered earlier than they.</summary>
    public ulong Rank { get; private set; }

    /// <summary>Those that leave to make room for it, in this order.</summary>
    public List<PoolEntry> Evicted { get; } = [];

    /// <summary>Finds its place among the account's other transactions.</summary>
    public void Place(PoolBooks books)
    {
        Queue = books.Queue(transaction.Sender);
        Next = Queue?.NextNonce(Account.Nonce) ?? Account.Nonce;
        Replaced = Queue?.Find(Nonce);
        IsParked = Replaced?.IsParked ?? Nonce > Next;
        Rank = TipPerByte;
        if (IsParked)
            return;
        var before = Replaced is null ? Queue?.Count ?? 0 : Queue!.IndexOf(Nonce);
        IsGuaranteed = (before == 0 || Queue![before - 1].IsGuaranteed) && books.Shares.Fits(Demands);
        Rank = Math.Min(TipPerByte, Queue is null ? ulong.MaxValue : Replaced is null ? Queue.LowestTip : Queue.LowestTipBefore(before));
    }

    public PoolEntry ToEntry(ulong arrival) => new(transaction, arrival)
    {
        Demands = Demands,
        Spend = Spend,
        Offer = Offer,
        MaxBase = Offer.PerByteAfterNamespaces(fees, Demands),
        TipPerByte = TipPerByte,
    };

    /// <summary>Puts what the rules found into an entry of the same transaction, which no index may hold meanwhile.</summary>
    public void Reprice(PoolEntry entry)
    {
        (entry.Spend, entry.Offer, entry.TipPerByte) = (Spend, Offer, TipPerByte);
        entry.MaxBase = Offer.PerByteAfterNamespaces(fees, Demands);
    }
}
