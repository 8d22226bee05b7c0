namespace SharedSequencer.SystemTests.Engine;

/// <summary>
/// What tests on a real CometBFT change of the shipped profile: an empty block comes after 50 ms, so that who waits for
/// the next height need not wait for real time. Tests of a quiet chain keep the profile as it is.
/// </summary>
internal static class ShortBlocks
{
    /// <summary>As <c>section.key</c> → TOML.</summary>
    public static IReadOnlyDictionary<string, string> Overrides { get; } =
        new Dictionary<string, string> { ["consensus.create_empty_blocks_interval"] = "\"50ms\"" };
}
