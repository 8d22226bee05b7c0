namespace SharedSequencer.Devnet.Networks;

/// <summary>What orders the blocks of a network.</summary>
public enum NetworkEngine
{
    /// <summary>A CometBFT beside each node.</summary>
    CometBft,

    /// <summary>The engine inside the node, which is the only one.</summary>
    Embedded,
}

/// <summary>The names that users, settings and <c>endpoints.json</c> have for them.</summary>
public static class NetworkEngineNames
{
    public const string CometBft = "cometbft";
    public const string Embedded = "embedded";

    public static string NameOf(this NetworkEngine engine) => engine == NetworkEngine.Embedded ? Embedded : CometBft;

    public static NetworkEngine Parse(string name) => name switch
    {
        CometBft => NetworkEngine.CometBft,
        Embedded => NetworkEngine.Embedded,
        _ => throw new ArgumentException($"'{name}' is no engine: {CometBft} or {Embedded}.", nameof(name)),
    };
}
