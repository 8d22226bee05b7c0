using System.CommandLine;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Output;
using SharedSequencer.Client;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl slice verify</c>: needs no node and no network.</summary>
internal static class SliceVerifyCommand
{
    public static Command Create(CommandHost host)
    {
        var file = new Option<string>("--file") { Description = "A slice with its proof, as 'slice get --proof' wrote it", HelpName = "FILE", Required = true };
        var blockHash = new Option<string>("--block-hash")
        {
            Description = "The hash of the block that you trust, from a node of your own: CometBFT's /block?height=H says it",
            HelpName = "HASH",
            Required = true,
        };
        var ns = new Option<string?>("--namespace")
        {
            Description = "The namespace that you asked for: its name or id [default: the one that the file names]",
            HelpName = "NS",
        };
        return host.Action(
            "verify",
            "Checks a slice's proof against a block hash: that these are all of the namespace's entries in that block.",
            ["seqctl slice verify --file slice.json --block-hash 9C41…", "seqctl slice verify --file slice.json --block-hash 9C41… --namespace notes"],
            [file, blockHash, ns],
            async (context, cancellation) =>
            {
                if (!Hash256.TryParse(context.Value(blockHash), out var hash))
                    throw CliException.Usage($"'{context.Value(blockHash)}' is no block hash: 64 hex digits are needed.");
                NamespaceId? asked = context.Value(ns) is { } text ? CommandContext.NamespaceOf(text) : null;
                var (slice, reason) = await SliceFile.ReadAsync(context.Value(file)!, cancellation).ConfigureAwait(false);
                return slice is null
                    ? Refused(context, VerificationStep.Format, $"The file is no slice: {reason}")
                    : Check(context, slice, asked, hash);
            });
    }

    private static int Check(CommandContext context, SliceResponse slice, NamespaceId? asked, Hash256 hash)
    {
        if (asked is not { } id && !NamespaceId.TryParse(slice.Namespace, out id))
            return Refused(context, VerificationStep.Format, $"'{slice.Namespace}' is no namespace id.");
        var verdict = SliceVerifier.Verify(slice, id, hash, withCommit: true);
        if (verdict.Slice is not { } proven)
            return Refused(context, verdict.FailedStep!.Value, verdict.Reason);

        context.Line($"Verified: these are all {proven.Entries.Count} entries of the namespace in this block.");
        context.Field("namespace", id.ToString());
        context.Field("chain", proven.Header.ChainId);
        context.Field("height", $"{proven.Header.Height}");
        context.Field("time", proven.Header.Time.ToString());
        context.Field("block hash", hash.ToString());
        foreach (var entry in proven.Entries)
            context.Line($"  {entry.TransactionIndex}.{entry.ActionIndex}  {entry.Sender}  {Payload.Show(entry.Payload.ToArray())}");
        context.Line("A block proves neither the slice's number nor the transactions' ids.");
        context.Document(
            new VerificationView(true)
            {
                Namespace = id.ToString(),
                ChainId = proven.Header.ChainId,
                Height = proven.Header.Height,
                Time = proven.Header.Time.ToString(),
                BlockHash = hash.ToString(),
                Entries = proven.Entries.Count,
            },
            CliJson.Default.VerificationView);
        return ExitCode.Done;
    }

    private static int Refused(CommandContext context, VerificationStep step, string reason)
    {
        var name = step.ToString().ToLowerInvariant();
        context.Document(new VerificationView(false) { Step = name, Reason = reason }, CliJson.Default.VerificationView);
        throw new CliException(ExitCode.NotProven, $"Not verified. The step '{name}' fails: {reason}");
    }
}
