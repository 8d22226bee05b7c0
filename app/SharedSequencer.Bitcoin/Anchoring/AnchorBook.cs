namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>All anchors that are watched, in the order of posting, against the best chain. Pure: no clock and no input.</summary>
internal sealed class AnchorBook(BestChain chain, int requiredConfirmations, int watchBlocks)
{
    private readonly List<Anchor> _anchors = [];

    public IReadOnlyList<Anchor> Anchors => _anchors;

    /// <summary>The highest sequencer block covered by anchors so deep that they are no longer watched.</summary>
    public ulong Floor { get; private set; }

    /// <summary>The highest sequencer block that an anchor covers, confirmed or not.</summary>
    public ulong CoveredHeight => Highest(anchor => anchor is not LostAnchor);

    /// <summary>The highest sequencer block covered by an anchor in a block.</summary>
    public ulong AnchoredHeight => Highest(anchor => anchor is InBlockAnchor or ConfirmedAnchor);

    /// <summary>The highest sequencer block covered by a confirmed anchor.</summary>
    public ulong FirmHeight => Highest(anchor => anchor is ConfirmedAnchor);

    public IEnumerable<PostedAnchor> Posted => _anchors.OfType<PostedAnchor>();

    public Anchor? Find(BitcoinHash txid) => _anchors.Find(anchor => anchor.Txid == txid);

    public void RaiseFloor(ulong height) => Floor = Math.Max(Floor, height);

    /// <summary>
    /// A new posting. From the same coin, for the same block and fee the transaction of a lost anchor is made again: then
    /// it is that one.
    /// </summary>
    public void Post(PostedAnchor anchor)
    {
        if (Find(anchor.Txid) is LostAnchor)
            Return(anchor.Txid);
        else
            Add(anchor);
    }

    public void Add(Anchor anchor)
    {
        if (Find(anchor.Txid) is not null)
            throw new InvalidOperationException($"Anchor {anchor.Txid} is known already.");
        _anchors.Add(anchor);
    }

    /// <summary>An anchor's transaction stands in a block of the best chain.</summary>
    public void Include(BitcoinHash txid, Inclusion inclusion) => Replace(txid, anchor => anchor switch
    {
        PostedAnchor posted => posted.Include(inclusion),
        LostAnchor lost => lost.Include(inclusion),
        _ => throw new InvalidOperationException($"Anchor {txid} is in two blocks of one chain."),
    });

    /// <summary>A block left the best chain, and all in it.</summary>
    public void Disconnect(BitcoinHash block, uint height)
    {
        var reason = $"Bitcoin block {block} at height {height} left the best chain.";
        for (var i = 0; i < _anchors.Count; i++)
        {
            _anchors[i] = _anchors[i] switch
            {
                InBlockAnchor anchor when anchor.Inclusion.Block == block => anchor.Leave(reason),
                ConfirmedAnchor anchor when anchor.Inclusion.Block == block => anchor.Leave(reason),
                var other => other,
            };
        }
    }

    /// <summary>A lost anchor's transaction is in the mempool again.</summary>
    public void Return(BitcoinHash txid) => Replace(txid, anchor => anchor is LostAnchor lost ? lost.Return() : anchor);

    public void Lose(BitcoinHash txid, string reason) => Replace(txid, anchor => anchor is PostedAnchor posted ? posted.Lose(reason) : anchor);

    /// <summary>Moves between in-block and confirmed by the present depth, and drops what is too deep to watch.</summary>
    public void Recount()
    {
        for (var i = 0; i < _anchors.Count; i++)
        {
            _anchors[i] = _anchors[i] switch
            {
                InBlockAnchor anchor when chain.ConfirmationsAt(anchor.Inclusion.Height) >= requiredConfirmations => anchor.Confirm(),
                ConfirmedAnchor anchor when chain.ConfirmationsAt(anchor.Inclusion.Height) < requiredConfirmations => anchor.Unconfirm(),
                var other => other,
            };
        }

        foreach (var anchor in _anchors)
        {
            if (anchor is ConfirmedAnchor deep && IsTooDeep(deep))
                RaiseFloor(deep.Checkpoint.Height);
        }

        _anchors.RemoveAll(anchor => anchor is ConfirmedAnchor deep && IsTooDeep(deep));
        _anchors.RemoveAll(anchor => anchor is LostAnchor && anchor.Checkpoint.Height <= Floor);
    }

    /// <summary>The whole state of an anchor for observers.</summary>
    public AnchorReport Report(Anchor anchor)
    {
        var (stage, inclusion) = anchor switch
        {
            PostedAnchor => (AnchorStage.Posted, null),
            InBlockAnchor a => (AnchorStage.InBlock, a.Inclusion),
            ConfirmedAnchor a => (AnchorStage.Confirmed, a.Inclusion),
            _ => (AnchorStage.Lost, (Inclusion?)null),
        };
        var evidence = inclusion is null ? null : Evidence(anchor, inclusion);
        return new AnchorReport(
            anchor.Checkpoint, anchor.Txid, stage, evidence?.Headers.Count ?? 0, evidence, anchor.Losses, anchor.LastLoss);
    }

    private AnchorEvidence Evidence(Anchor anchor, Inclusion inclusion) => new()
    {
        Transaction = anchor.Transaction,
        Branch = inclusion.Branch,
        Coinbase = inclusion.Coinbase,
        CoinbaseSiblings = inclusion.CoinbaseSiblings,
        Headers = chain.From(inclusion.Height, requiredConfirmations),
        BlockHeight = inclusion.Height,
    };

    private bool IsTooDeep(ConfirmedAnchor anchor) =>
        anchor.Inclusion.Height < chain.FirstHeight || chain.ConfirmationsAt(anchor.Inclusion.Height) > watchBlocks;

    private ulong Highest(Func<Anchor, bool> counts)
    {
        var highest = Floor;
        foreach (var anchor in _anchors)
        {
            if (counts(anchor))
                highest = Math.Max(highest, anchor.Checkpoint.Height);
        }

        return highest;
    }

    private void Replace(BitcoinHash txid, Func<Anchor, Anchor> step)
    {
        var index = _anchors.FindIndex(anchor => anchor.Txid == txid);
        if (index < 0)
            throw new InvalidOperationException($"Anchor {txid} is not known.");
        _anchors[index] = step(_anchors[index]);
    }
}
