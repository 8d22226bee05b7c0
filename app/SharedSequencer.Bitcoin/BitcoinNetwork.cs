namespace SharedSequencer.Bitcoin;

/// <summary>What differs between Bitcoin's networks.</summary>
/// <param name="Name">The name in <c>getblockchaininfo</c>.</param>
/// <param name="AddressPrefix">The human-readable part of SegWit addresses.</param>
/// <param name="PowLimit">The easiest target of the network.</param>
/// <param name="Retargets">False on regtest: every block has the easiest target.</param>
/// <param name="AllowsEasyBlocks">True on the test networks where a late block may have the easiest target.</param>
public sealed record BitcoinNetwork(string Name, string AddressPrefix, CompactTarget PowLimit, bool Retargets, bool AllowsEasyBlocks)
{
    /// <summary>Blocks between two changes of the target.</summary>
    public const uint RetargetInterval = 2016;

    public static BitcoinNetwork Mainnet { get; } = new("main", "bc", new(0x1d00ffff), Retargets: true, AllowsEasyBlocks: false);

    public static BitcoinNetwork Testnet3 { get; } = new("test", "tb", new(0x1d00ffff), Retargets: true, AllowsEasyBlocks: true);

    public static BitcoinNetwork Testnet4 { get; } = new("testnet4", "tb", new(0x1d00ffff), Retargets: true, AllowsEasyBlocks: true);

    public static BitcoinNetwork Signet { get; } = new("signet", "tb", new(0x1e0377ae), Retargets: true, AllowsEasyBlocks: false);

    public static BitcoinNetwork Regtest { get; } = new("regtest", "bcrt", new(0x207fffff), Retargets: false, AllowsEasyBlocks: true);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BitcoinNetwork> All { get; } = [Mainnet, Testnet3, Testnet4, Signet, Regtest];

    /// <summary>By the name of <c>getblockchaininfo</c>.</summary>
    /// <exception cref="FormatException">There is no such network.</exception>
    public static BitcoinNetwork Parse(string name) =>
        All.FirstOrDefault(network => network.Name == name)
        ?? throw new FormatException($"'{name}' is no Bitcoin network: one of {string.Join(", ", All.Select(network => network.Name))} is needed.");
}
