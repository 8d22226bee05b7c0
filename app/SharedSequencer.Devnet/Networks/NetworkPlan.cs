using SharedSequencer.Devnet.Programs;

namespace SharedSequencer.Devnet.Networks;

/// <summary>What a local network consists of.</summary>
public sealed record NetworkPlan
{
    /// <summary>The project's root folder.</summary>
    public required string Root { get; init; }

    /// <summary>Where everything of the network is kept: keys, chains, logs, endpoints.json.</summary>
    public required string Folder { get; init; }

    public int Validators { get; init; } = 1;

    /// <summary>The embedded one needs no CometBFT, and runs one validator.</summary>
    public NetworkEngine Engine { get; init; } = NetworkEngine.CometBft;

    /// <summary>The line of CometBFT that all validators run, with its mempool.</summary>
    public CometProfile CometBft { get; init; } = CometProfile.V038;

    /// <summary>With bitcoind, the relayer and anchors.</summary>
    public bool Bitcoin { get; init; } = true;

    /// <summary>With geth and the gateway for the namespace <see cref="EvmNamespace"/>.</summary>
    public bool Evm { get; init; } = true;

    /// <summary>The namespace whose slices geth executes.</summary>
    public string EvmNamespace { get; init; } = "alpha";

    public ulong EvmChainId { get; init; } = 73_571;

    public string ChainId { get; init; } = "sequencer-devnet";

    /// <summary>Ports that are tried first; tests take free ones instead, so that many networks run at once.</summary>
    public bool DefaultPorts { get; init; }

    /// <summary>
    /// The port at which others dial a validator, by the port on which its CometBFT listens for peers: for a proxy between
    /// them. Asked once for each validator; null for no proxy.
    /// </summary>
    public Func<int, int>? PeerPort { get; init; }

    /// <summary>Changes of CometBFT's config.toml: <c>section.key</c> → value as TOML.</summary>
    public IReadOnlyDictionary<string, string> CometOverrides { get; init; } = new Dictionary<string, string>();

    /// <summary>Consensus parameters of genesis beside the template's, as JSON; null for none.</summary>
    public string? ConsensusParameters { get; init; }

    /// <summary>Settings of the node beside those that devnet gives: variable → value.</summary>
    public IReadOnlyDictionary<string, string> NodeSettings { get; init; } = new Dictionary<string, string>();
}
