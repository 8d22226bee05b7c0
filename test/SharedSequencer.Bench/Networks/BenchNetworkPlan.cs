using SharedSequencer.Devnet.Programs;
using SharedSequencer.StateMachine;

namespace SharedSequencer.Bench.Networks;

/// <summary>Validators on this machine that differ in their application alone.</summary>
internal sealed record BenchNetworkPlan
{
    public required string Root { get; init; }

    public required AppKind App { get; init; }

    /// <summary>The sequencer's; the kvstore has none.</summary>
    public required GenesisState Genesis { get; init; }

    public CometProfile Profile { get; init; } = CometProfile.V038;

    public int Validators { get; init; } = 1;

    /// <summary>Between any two validators, each way; zero connects them directly.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Changes of CometBFT's config.toml: <c>section.key</c> → value as TOML.</summary>
    public IReadOnlyDictionary<string, string> CometSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of the node beside those that it needs: variable → value.</summary>
    public IReadOnlyDictionary<string, string> NodeSettings { get; init; } = new Dictionary<string, string>();
}
