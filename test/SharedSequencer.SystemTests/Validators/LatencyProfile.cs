namespace SharedSequencer.SystemTests.Validators;

/// <summary>One row of the table in docs/latency.md.</summary>
/// <param name="CommitMilliseconds">consensus.timeout_commit.</param>
internal sealed record LatencyProfile(string Name, int Validators, int CommitMilliseconds)
{
    /// <summary>How long each byte between two validators takes.</summary>
    public TimeSpan OneWay { get; init; }

    /// <summary>The last validator is stopped for most of the time.</summary>
    public bool SlowValidator { get; init; }

    public int ProposeMilliseconds { get; init; } = 1000;

    public static IReadOnlyList<LatencyProfile> All { get; } =
    [
        new("4 validators, timeout_commit 0", 4, 0),
        new("4 validators, timeout_commit 100 ms", 4, 100),
        new("7 validators, timeout_commit 0", 7, 0),
        new("7 validators, timeout_commit 100 ms", 7, 100),
        new("4 validators, timeout_commit 0, one of them slow", 4, 0) { SlowValidator = true },
        new("4 validators, timeout_commit 100 ms, one of them slow", 4, 100) { SlowValidator = true },
        new("4 validators, timeout_commit 0, one of them slow, timeout_propose 300 ms", 4, 0) { SlowValidator = true, ProposeMilliseconds = 300 },
        new("4 validators, timeout_commit 0, 100 ms round trip", 4, 0) { OneWay = TimeSpan.FromMilliseconds(50) },
        new("4 validators, timeout_commit 100 ms, 100 ms round trip", 4, 100) { OneWay = TimeSpan.FromMilliseconds(50) },
    ];

    public IReadOnlyDictionary<string, string> CometOverrides => new Dictionary<string, string>
    {
        ["consensus.timeout_commit"] = $"\"{CommitMilliseconds}ms\"",
        ["consensus.timeout_propose"] = $"\"{ProposeMilliseconds}ms\"",

        // Peers that were found by exchange would be dialled past the proxies.
        ["p2p.pex"] = "false",
    };
}
