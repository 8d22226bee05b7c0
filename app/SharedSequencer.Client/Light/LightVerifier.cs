using SharedSequencer.CometBft.Commits;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Light;

/// <summary>
/// CometBFT's rules by which one trusted header vouches for another (spec/light-client, light/verifier.go). Pure: no
/// network, no state, and the time is given. Each answers null when the new header can be trusted, else the first step
/// that fails.
/// </summary>
public static class LightVerifier
{
    private const long NanosPerSecond = 1_000_000_000;
    private const long NanosPerTick = 100;

    /// <summary>From a trusted header to a later one, next to it or further on.</summary>
    /// <param name="trusted">Trusted already.</param>
    /// <param name="trustedValidators">The set of the trusted header; it matters only when heights are skipped.</param>
    /// <param name="block">What is to be trusted.</param>
    /// <param name="now">The clock's time.</param>
    /// <param name="options">Trust period, clock drift, trust level.</param>
    public static LightFault? Verify(
        Header trusted, ValidatorSet trustedValidators, LightBlock block, CometTime now, LightClientOptions options)
    {
        if (IsExpired(trusted, options.TrustPeriod, now))
        {
            return new LightFault(
                LightStep.TrustPeriod,
                $"The trusted header {trusted.Height} is of {trusted.Time}, longer ago than the trust period of {Words(options.TrustPeriod)}: "
                + "its validators may sign anything now. Begin anew with a later block, whose hash you have from somebody you trust.");
        }

        if (ForwardFault(trusted, block, now, options) is { } fault)
            return fault;
        var link = block.Height == trusted.Height + 1 ? NextValidatorsFault(trusted, block) : OverlapFault(trustedValidators, block, options);

        // Always last: a set that nobody vouches for can be made very large.
        return link ?? CommitFault(block);
    }

    /// <summary>
    /// From a trusted header to the one before it, which needs neither signatures nor trust period: the trusted header
    /// names its hash.
    /// </summary>
    public static LightFault? VerifyBackwards(Header trusted, LightBlock block, LightClientOptions options)
    {
        if (ConsistencyFault(block, trusted.ChainId, options) is { } fault)
            return fault;
        var header = block.Header;
        if (header.Height != trusted.Height - 1)
            return new LightFault(LightStep.Height, $"The header is of height {header.Height}, not {trusted.Height - 1}.");
        if (header.Time >= trusted.Time)
            return new LightFault(LightStep.Time, $"Header {header.Height} is of {header.Time}, not earlier than the trusted header after it, of {trusted.Time}.");
        var hash = header.Hash();
        return trusted.LastBlockId.Hash == hash
            ? null
            : new LightFault(
                LightStep.Link,
                $"Header {header.Height} has the hash {hash}; the trusted header after it names {trusted.LastBlockId.Hash?.ToString() ?? "none"}.");
    }

    /// <summary>True when a header no longer vouches for others.</summary>
    public static bool IsExpired(Header trusted, TimeSpan trustPeriod, CometTime now) =>
        Nanoseconds(trusted.Time) + Nanoseconds(trustPeriod) <= Nanoseconds(now);

    /// <summary>Whether header, commit and validator set are of the chain and belong together. No signature is checked.</summary>
    internal static LightFault? ConsistencyFault(LightBlock block, string chainId, LightClientOptions options)
    {
        var header = block.Header;
        var reason = header switch
        {
            _ when header.Version.Block != options.BlockVersion =>
                $"its block version is {header.Version.Block}, not {options.BlockVersion}",
            _ when header.ChainId != chainId => $"it is of chain '{header.ChainId}', not '{chainId}'",
            { Height: < 1 } => "heights begin at 1",
            _ when block.Commit.BlockId.IsEmpty => "its commit is for no block",
            _ => block.Fault(),
        };
        return reason is null ? null : new LightFault(LightStep.Consistency, $"The light block of height {header.Height} is refused: {reason}.");
    }

    /// <summary>Whether more than 2/3 of the block's own set signed it.</summary>
    internal static LightFault? CommitFault(LightBlock block) => CommitCheck.EnoughVotes(block) is { } fault
        ? new LightFault(LightStep.Commit, $"The commit of height {block.Height} is refused: {fault.Reason}.")
        : null;

    private static LightFault? ForwardFault(Header trusted, LightBlock block, CometTime now, LightClientOptions options)
    {
        if (ConsistencyFault(block, trusted.ChainId, options) is { } fault)
            return fault;
        var header = block.Header;
        if (header.Height <= trusted.Height)
            return new LightFault(LightStep.Height, $"Header {header.Height} is not above the trusted height {trusted.Height}.");
        if (header.Time <= trusted.Time)
            return new LightFault(LightStep.Time, $"Header {header.Height} is stale: its time {header.Time} is not after that of the trusted header {trusted.Height}, {trusted.Time}.");
        return Nanoseconds(header.Time) < Nanoseconds(now) + Nanoseconds(options.MaximumClockDrift)
            ? null
            : new LightFault(
                LightStep.Time,
                $"Header {header.Height} is from the future: its time is {header.Time}, the clock says {now} and may be off by {Words(options.MaximumClockDrift)}.");
    }

    private static LightFault? NextValidatorsFault(Header trusted, LightBlock block) =>
        trusted.NextValidatorsHash is { } expected && block.Header.ValidatorsHash == expected
            ? null
            : new LightFault(
                LightStep.NextValidators,
                $"Header {block.Height} names validator set {block.Header.ValidatorsHash?.ToString() ?? "(none)"}; "
                + $"the trusted header before it, {trusted.NextValidatorsHash?.ToString() ?? "(none)"}.");

    private static LightFault? OverlapFault(ValidatorSet trustedValidators, LightBlock block, LightClientOptions options) =>
        CommitCheck.Overlap(block, trustedValidators, options.TrustLevel) switch
        {
            null => null,
            { Kind: CommitFaultKind.NotEnoughPower } fault =>
                new LightFault(LightStep.Overlap, $"The trusted validators do not vouch for header {block.Height}: {fault.Reason}."),
            { } fault => new LightFault(LightStep.Commit, $"The commit of height {block.Height} is refused: {fault.Reason}."),
        };

    private static string Words(TimeSpan time) => time.TotalHours >= 1 ? $"{time.TotalHours:0.##} h" : $"{time.TotalSeconds:0.###} s";

    private static Int128 Nanoseconds(CometTime time) => ((Int128)time.Seconds * NanosPerSecond) + time.Nanos;

    private static Int128 Nanoseconds(TimeSpan time) => (Int128)time.Ticks * NanosPerTick;
}
