namespace SharedSequencer.CometBft.Rpc;

/// <summary>How to reach a CometBFT node's RPC, and how much of it to bear.</summary>
public sealed record CometRpcOptions
{
    /// <summary><c>http://host:port</c>, <c>tcp://host:port</c> (the same) or <c>unix:///path</c>.</summary>
    public required string Address { get; init; }

    /// <summary>For one call, from connecting to the answer's last byte.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of the largest answer that is read. A block of 22 MB is 30 MB of JSON.</summary>
    public int MaximumResponseBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Connections kept open at once; more calls wait for one.</summary>
    public int MaximumConnections { get; init; } = 32;
}
