namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// A checkpoint on its way into Bitcoin, as a typestate: <see cref="PostedAnchor"/> → <see cref="InBlockAnchor"/> →
/// <see cref="ConfirmedAnchor"/>; a reorg leads back to posted, a conflict to <see cref="LostAnchor"/>. Each step is a
/// method of the state that it starts from, so that no other step can be written.
/// </summary>
public abstract record Anchor(Checkpoint Checkpoint, BitcoinTransaction Transaction)
{
    public BitcoinHash Txid => Transaction.Txid;

    /// <summary>How often it has left the best chain or the mempool for good.</summary>
    public int Losses { get; init; }

    /// <summary>The last reason for that.</summary>
    public string? LastLoss { get; init; }

    protected PostedAnchor BackToPosted(string reason) => new(Checkpoint, Transaction) { Losses = Losses + 1, LastLoss = reason };
}

/// <summary>In no block: handed to bitcoind, or about to be.</summary>
public sealed record PostedAnchor(Checkpoint Checkpoint, BitcoinTransaction Transaction) : Anchor(Checkpoint, Transaction)
{
    public InBlockAnchor Include(Inclusion inclusion) => new(Checkpoint, Transaction, inclusion) { Losses = Losses, LastLoss = LastLoss };

    public LostAnchor Lose(string reason) => new(Checkpoint, Transaction) { Losses = Losses + 1, LastLoss = reason };
}

/// <summary>In a block of the best chain.</summary>
public sealed record InBlockAnchor(Checkpoint Checkpoint, BitcoinTransaction Transaction, Inclusion Inclusion) : Anchor(Checkpoint, Transaction)
{
    public ConfirmedAnchor Confirm() => new(Checkpoint, Transaction, Inclusion) { Losses = Losses, LastLoss = LastLoss };

    /// <summary>Its block left the best chain.</summary>
    public PostedAnchor Leave(string reason) => BackToPosted(reason);
}

/// <summary>As deep in the best chain as required.</summary>
public sealed record ConfirmedAnchor(Checkpoint Checkpoint, BitcoinTransaction Transaction, Inclusion Inclusion) : Anchor(Checkpoint, Transaction)
{
    /// <summary>A reorg took blocks above its own away.</summary>
    public InBlockAnchor Unconfirm() => new(Checkpoint, Transaction, Inclusion) { Losses = Losses, LastLoss = LastLoss };

    /// <summary>Its block left the best chain: what was firm is not.</summary>
    public PostedAnchor Leave(string reason) => BackToPosted(reason);
}

/// <summary>Its inputs are gone, or no mempool takes it. Kept until another one covers its blocks, for it may still be mined.</summary>
public sealed record LostAnchor(Checkpoint Checkpoint, BitcoinTransaction Transaction) : Anchor(Checkpoint, Transaction)
{
    /// <summary>A mempool took it again.</summary>
    public PostedAnchor Return() => new(Checkpoint, Transaction) { Losses = Losses, LastLoss = LastLoss };

    /// <summary>A miner had it all the same.</summary>
    public InBlockAnchor Include(Inclusion inclusion) => new(Checkpoint, Transaction, inclusion) { Losses = Losses, LastLoss = LastLoss };
}
