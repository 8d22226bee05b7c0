using System.CommandLine;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Output;
using SharedSequencer.Client;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl slice verify</c>: by the light client; with a block hash, without any node and network.</summary>
internal static class SliceVerifyCommand
{
    public static Command Create(CommandHost host)
    {
        var file = new Option<string>("--file") { Description = "A slice with its proof, as 'slice get --proof' wrote it", HelpName = "FILE", Required = true };
        var blockHash = new Option<string?>("--block-hash")
        {
            Description = "Without any node: the hash of the block, from a node of your own. CometBFT's /block?height=H says it "
                + "[default: the light client finds out]",
            HelpName = "HASH",
        };
        var ns = new Option<string?>("--namespace")
        {
            Description = "The namespace that you asked for: its name or id [default: the one that the file names]",
            HelpName = "NS",
        };
        return host.Action(
            "verify",
            "Checks that these are all of the namespace's entries in that block, and that the chain's validators signed the block.",
            [
                "seqctl slice verify --file slice.json",
                "seqctl slice verify --file slice.json --trust 1200:9C41… --node http://a:8080 --node http://b:8080",
                "seqctl slice verify --file slice.json --block-hash 9C41… --namespace notes",
            ],
            [file, blockHash, ns],
            async (context, cancellation) =>
            {
                Hash256? hash = null;
                if (context.Value(blockHash) is { } text)
                    hash = Hash256.TryParse(text, out var given) ? given : throw CliException.Usage($"'{text}' is no block hash: 64 hex digits are needed.");
                NamespaceId? asked = context.Value(ns) is { } name ? CommandContext.NamespaceOf(name) : null;
                var (slice, reason) = await SliceFile.ReadAsync(context.Value(file)!, cancellation).ConfigureAwait(false);
                if (slice is null)
                    return SliceCheck.Refused(context, VerificationStep.Format, $"The file is no slice: {reason}");
                if (asked is not { } id && !NamespaceId.TryParse(slice.Namespace, out id))
                    return SliceCheck.Refused(context, VerificationStep.Format, $"'{slice.Namespace}' is no namespace id.");
                return hash is { } trusted
                    ? Print(context, SliceCheck.ByHash(context, slice, id, trusted), "block-hash")
                    : await SliceCheck.RunAsync(
                        context,
                        async light => Print(context, await SliceCheck.ByLightClientAsync(context, light, slice, id, cancellation).ConfigureAwait(false), "light-client"),
                        cancellation).ConfigureAwait(false);
            });
    }

    private static int Print(CommandContext context, VerifiedSlice proven, string trust)
    {
        context.Line($"Verified: these are all {proven.Entries.Count} entries of the namespace in this block.");
        context.Field("namespace", proven.Namespace.ToString());
        context.Field("chain", proven.Header.ChainId);
        context.Field("height", $"{proven.Header.Height}");
        context.Field("time", proven.Header.Time.ToString());
        context.Field("block hash", proven.BlockHash.ToString());
        foreach (var entry in proven.Entries)
            context.Line($"  {entry.TransactionIndex}.{entry.ActionIndex}  {entry.Sender}  {Payload.Show(entry.Payload.ToArray())}");
        context.Line(trust == "block-hash"
            ? "The block hash is the one that you gave. All else follows from it."
            : "The block is of the chain that you trust: its validators signed it.");
        context.Line("A block proves neither the slice's number nor the transactions' ids.");
        context.Document(
            new VerificationView(true)
            {
                Namespace = proven.Namespace.ToString(),
                ChainId = proven.Header.ChainId,
                Height = proven.Header.Height,
                Time = proven.Header.Time.ToString(),
                BlockHash = proven.BlockHash.ToString(),
                BlockHashFrom = trust,
                Entries = proven.Entries.Count,
            },
            CliJson.Default.VerificationView);
        return ExitCode.Done;
    }
}
