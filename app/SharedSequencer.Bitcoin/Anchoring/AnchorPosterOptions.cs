using SharedSequencer.Bitcoin.Wallet;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>How the poster works.</summary>
public sealed record AnchorPosterOptions
{
    public required BitcoinNetwork Network { get; init; }

    public required ChainTag ChainTag { get; init; }

    /// <summary>The file that holds what was posted; a lock file stands beside it.</summary>
    public required string StateFile { get; init; }

    public AnchorPolicy Policy { get; init; } = new();

    /// <summary>Confirmations until a block is firm: 6, on regtest 1.</summary>
    public int RequiredConfirmations { get; init; } = 6;

    /// <summary>Bitcoin blocks below the tip in which anchors are watched for reorgs, and searched when the state file is lost.</summary>
    public int WatchBlocks { get; init; } = 288;

    /// <summary>The number of blocks for <c>estimatesmartfee</c>.</summary>
    public int FeeTargetBlocks { get; init; } = 6;

    /// <summary>The least that is paid, also when bitcoind has no estimate.</summary>
    public FeeRate FeeFloor { get; init; } = FeeRate.PerVirtualByte(1);

    /// <summary>The most that is paid.</summary>
    public FeeRate FeeCap { get; init; } = FeeRate.PerVirtualByte(200);

    /// <summary>Unconfirmed checkpoints at a time. bitcoind relays no chain of more than 25 unconfirmed transactions.</summary>
    public int MaximumInFlight { get; init; } = 8;

    /// <summary>Time between two looks at bitcoind and at what is due.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="FormatException">A value is out of its range; the message says which.</exception>
    public void Validate()
    {
        Check(Policy.MaximumBlocks >= 1, "the policy's number of blocks is at least 1", Policy.MaximumBlocks);
        Check(Policy.MaximumDelay >= TimeSpan.Zero, "the policy's delay is not negative", Policy.MaximumDelay);
        Check(RequiredConfirmations is >= 1 and <= AnchorEvidence.MaximumHeaders, $"confirmations are 1 to {AnchorEvidence.MaximumHeaders}", RequiredConfirmations);
        Check(WatchBlocks > RequiredConfirmations && WatchBlocks <= 100_000, "the watched blocks are more than the confirmations, and at most 100000", WatchBlocks);
        Check(FeeTargetBlocks is >= 1 and <= 1008, "the fee's target is 1 to 1008 blocks", FeeTargetBlocks);
        Check(FeeFloor.SatoshiPerKvb >= 1 && FeeFloor.CompareTo(FeeCap) <= 0, $"the fee's floor is above 0 and not above the cap {FeeCap}", FeeFloor);
        Check(FeeCap.SatoshiPerKvb <= 10_000_000, "the fee's cap is at most 10000 sat/vB: bitcoind sends nothing dearer", FeeCap);
        Check(MaximumInFlight is >= 1 and <= 24, "1 to 24 checkpoints may be in flight", MaximumInFlight);
        Check(PollInterval > TimeSpan.Zero, "the poll interval is above 0", PollInterval);
    }

    private static void Check(bool holds, string rule, object value)
    {
        if (!holds)
            throw new FormatException($"Anchoring: {rule}; '{value}' was given.");
    }
}
