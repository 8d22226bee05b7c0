namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>Is told how Bitcoin's best chain moves.</summary>
internal interface IChainListener
{
    /// <summary>A block is the new tip.</summary>
    Task ConnectedAsync(BitcoinBlock block, uint height, CancellationToken cancellationToken);

    /// <summary>The tip left the best chain.</summary>
    void Disconnected(BitcoinHash block, uint height);
}
