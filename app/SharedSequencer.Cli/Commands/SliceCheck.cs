using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Light;
using SharedSequencer.Cli.Output;
using SharedSequencer.Client;
using SharedSequencer.Client.Light;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cli.Commands;

/// <summary>A slice's proof below a trusted header, and what is said when it does not hold.</summary>
internal static class SliceCheck
{
    /// <summary>The slice as proven; ends the command with exit code 4 when it is not.</summary>
    public static async Task<VerifiedSlice> ByLightClientAsync(
        CommandContext context, LightClient light, SliceResponse slice, NamespaceId id, CancellationToken cancellation)
    {
        if (slice.Height < 1)
            Refused(context, VerificationStep.Format, $"Height {slice.Height} does not exist: blocks start at 1.");
        var trusted = await light.AtAsync(slice.Height, cancellation).ConfigureAwait(false);
        return ByHash(context, slice, id, trusted.Hash());
    }

    /// <inheritdoc cref="ByLightClientAsync"/>
    public static VerifiedSlice ByHash(CommandContext context, SliceResponse slice, NamespaceId id, Hash256 hash)
    {
        var verdict = SliceVerifier.Verify(slice, id, hash, withCommit: true);
        if (verdict.Slice is null)
            Refused(context, verdict.FailedStep!.Value, verdict.Reason);
        return verdict.Slice!;
    }

    /// <summary>Runs a command that verifies slices by the light client.</summary>
    public static Task<int> RunAsync(CommandContext context, Func<LightClient, Task<int>> work, CancellationToken cancellation) =>
        new LightTrust(context).RunAsync(work, (step, reason) => Refused(context, step, reason), cancellation);

    public static int Refused(CommandContext context, VerificationStep step, string reason) =>
        Refused(context, step.ToString().ToLowerInvariant(), reason);

    public static int Refused(CommandContext context, string step, string reason)
    {
        context.Document(new VerificationView(false) { Step = step, Reason = reason }, CliJson.Default.VerificationView);
        throw new CliException(ExitCode.NotProven, $"Not verified. The step '{step}' fails: {reason}");
    }
}
