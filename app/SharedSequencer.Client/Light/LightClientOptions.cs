using SharedSequencer.CometBft.Commits;

namespace SharedSequencer.Client.Light;

/// <summary>How a light client gets from one trusted header to another.</summary>
public enum LightMode
{
    /// <summary>Over as few headers as the overlap of the validator sets allows.</summary>
    Skipping,

    /// <summary>Over every header.</summary>
    Sequential,
}

/// <summary>The rules of a light client; the defaults are CometBFT's where it has any.</summary>
public sealed record LightClientOptions
{
    public LightMode Mode { get; init; } = LightMode.Skipping;

    /// <summary>
    /// How long a header vouches for later ones. It must be shorter than the time for which double signing is punished:
    /// this chain's genesis says 48 hours.
    /// </summary>
    public TimeSpan TrustPeriod { get; init; } = TimeSpan.FromHours(36);

    /// <summary>How far a header's time may be ahead of our clock.</summary>
    public TimeSpan MaximumClockDrift { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What validators of the trusted set must have signed to skip heights: from 1/3 to 1.</summary>
    public PowerFraction TrustLevel { get; init; } = PowerFraction.OneThird;

    /// <summary>The version of CometBFT's block format that headers must state.</summary>
    public ulong BlockVersion { get; init; } = 11;

    /// <summary>How many trusted light blocks are kept: the first one and the newest.</summary>
    public int MaximumStored { get; init; } = 100;

    /// <summary>How many headers are walked back, by their hashes, to one that is older than all trusted ones.</summary>
    public int MaximumStepsBack { get; init; } = 10_000;

    /// <summary>How long other nodes are waited for when they do not have a height yet.</summary>
    public TimeSpan WitnessPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long a node that did not answer is asked again.</summary>
    public TimeSpan WitnessRest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a height that is due is asked for.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often new trust is written to disk, beside at the end.</summary>
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentException">A rule would prove nothing.</exception>
    internal void Check()
    {
        var (numerator, denominator) = TrustLevel;
        if (denominator == 0 || numerator > denominator || (UInt128)numerator * 3 < denominator)
            throw new ArgumentException($"A trust level of {TrustLevel} is not between 1/3 and 1.");
        if (TrustPeriod <= TimeSpan.Zero || MaximumClockDrift <= TimeSpan.Zero)
            throw new ArgumentException($"Trust period {TrustPeriod} and clock drift {MaximumClockDrift} must be positive.");
        if (MaximumStored < 2)
            throw new ArgumentException($"{MaximumStored} stored light blocks are too few: 2 are the least.");
    }
}
