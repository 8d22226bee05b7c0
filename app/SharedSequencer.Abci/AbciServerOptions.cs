namespace SharedSequencer.Abci;

/// <summary>Where to listen and what to hold at most.</summary>
public sealed record AbciServerOptions
{
    /// <summary>Where to listen.</summary>
    public required AbciAddress Address { get; init; }

    /// <summary>
    /// The largest request that is read, in bytes; refused by its length prefix, before any of it is buffered.
    /// Must exceed the largest block with its commit, and the genesis <c>app_state</c> that InitChain carries: a request
    /// over it ends the connection, and so CometBFT. Blocks are capped at 4 MiB by genesis; the default leaves sixteen
    /// times that.
    /// </summary>
    public int MaxRequestBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Requests of one connection that are read but not yet answered, in bytes of wire form. Reading pauses above it,
    /// and the peer feels it as a full socket. One larger request is taken when nothing else waits.
    /// </summary>
    public int MaxQueuedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Requests of one connection that are read but not yet answered, as a count.</summary>
    public int MaxQueuedRequests { get; init; } = 4096;

    /// <summary>Connections at a time. CometBFT makes four; the rest is for tools.</summary>
    public int MaxConnections { get; init; } = 16;

    /// <summary>
    /// Threads that verify pipelined transactions. The thread of the connection helps, so that one less than the number
    /// of cores keeps all of them busy and leaves consensus its turn.
    /// </summary>
    public int PreparationThreads { get; init; } = Math.Max(1, Environment.ProcessorCount - 1);

    internal void Validate()
    {
        Check(MaxRequestBytes, nameof(MaxRequestBytes));
        Check(MaxQueuedBytes, nameof(MaxQueuedBytes));
        Check(MaxQueuedRequests, nameof(MaxQueuedRequests));
        Check(MaxConnections, nameof(MaxConnections));
        Check(PreparationThreads, nameof(PreparationThreads));
    }

    private static void Check(int value, string name)
    {
        if (value < 1)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");
    }
}
