using System.CommandLine;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Output;
using SharedSequencer.Client;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl slice</c></summary>
internal static class SliceCommands
{
    public static Command Create(CommandHost host) => CommandHost.Group(
        "slice", "Reads what was ordered for a namespace, and checks its proof.", Get(host), Follow(host), SliceVerifyCommand.Create(host));

    private static Command Get(CommandHost host)
    {
        var ns = NamespaceCommands.Argument();
        var height = new Argument<long>("HEIGHT") { Description = "The block's height" };
        var proof = new Option<bool>("--proof") { Description = "With all that 'slice verify' needs" };
        var verify = new Option<bool>("--verify") { Description = "Check the proof by the light client before anything is printed or written" };
        var file = new Option<string?>("--out") { Description = "Write the slice as JSON into this file", HelpName = "FILE" };
        return host.Action(
            "get",
            "Reads a namespace's slice of one block.",
            ["seqctl slice get notes 42", "seqctl slice get notes 42 --proof --out slice.json", "seqctl slice get notes 42 --verify --trust 40:9C41…"],
            [ns, height, proof, verify, file],
            async (context, cancellation) =>
            {
                var id = CommandContext.NamespaceOf(context.Value(ns)!);
                if (context.Value(height) < 1)
                    throw CliException.Usage($"Height {context.Value(height)} does not exist: blocks start at 1.");
                var isVerified = context.Value(verify);
                var slice = await context.Client.GetSliceAsync(
                    id, context.Value(height), context.Value(proof) || isVerified, cancellation).ConfigureAwait(false);
                if (!isVerified)
                    return await FinishAsync().ConfigureAwait(false);
                return await SliceCheck.RunAsync(
                    context,
                    async light =>
                    {
                        await SliceCheck.ByLightClientAsync(context, light, slice, id, cancellation).ConfigureAwait(false);
                        context.Line("Verified: these are all of the namespace's entries in this block, and the chain's validators signed it.");
                        return await FinishAsync().ConfigureAwait(false);
                    },
                    cancellation).ConfigureAwait(false);

                async Task<int> FinishAsync()
                {
                    Print(context, slice);
                    if (context.Value(file) is not { } path)
                    {
                        context.Document(slice, ApiJson.Default.SliceResponse);
                        return ExitCode.Done;
                    }

                    await SliceFile.WriteAsync(path, slice, cancellation).ConfigureAwait(false);
                    context.Field("written to", path);
                    context.Document(new FileView(path, slice.Namespace, slice.Height, slice.Entries.Count), CliJson.Default.FileView);
                    return ExitCode.Done;
                }
            });
    }

    private static Command Follow(CommandHost host)
    {
        var ns = NamespaceCommands.Argument();
        var from = new Option<ulong?>("--from")
        {
            Description = "The number of the first slice to print, from 1 [default: the next new one]",
            HelpName = "N",
        };
        var count = new Option<ulong?>("--count") { Description = "Stop after so many slices [default: never]", HelpName = "N" };
        var verify = new Option<bool>("--verify")
        {
            Description = "Check by the light client, before each slice is printed, that it is the next one and complete; end with code 4 when that does not hold",
        };
        return host.Action(
            "follow",
            "Prints a namespace's slices as they become final, past ones first. Ctrl-C ends it.",
            ["seqctl slice follow notes", "seqctl slice follow notes --from 1 --output json", "seqctl slice follow notes --verify --node http://a:8080 --node http://b:8080"],
            [ns, from, count, verify],
            async (context, cancellation) =>
            {
                var text = context.Value(ns)!;
                var id = CommandContext.NamespaceOf(text);
                var record = await context.Client.GetNamespaceAsync(id, cancellation).ConfigureAwait(false)
                    ?? throw CliException.NotFound($"There is no namespace '{text}'. 'seqctl namespace list' shows all.");
                var first = context.Value(from) ?? (record.Head.SliceCount + 1);
                if (first == 0)
                    throw CliException.Usage("Slices are numbered from 1.");
                try
                {
                    if (context.Value(verify))
                    {
                        return await SliceCheck.RunAsync(
                            context,
                            async light =>
                            {
                                await PrintAllAsync(context, VerifiedSlices.FollowAsync(context, light, id, first, cancellation), context.Value(count)).ConfigureAwait(false);
                                return ExitCode.Done;
                            },
                            cancellation).ConfigureAwait(false);
                    }

                    await PrintAllAsync(context, SlicesAsync(context.Client.FollowSlicesAsync(id, first, cancellation: cancellation)), context.Value(count)).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    // Ctrl-C is how following ends.
                }

                return ExitCode.Done;
            });
    }

    private static async IAsyncEnumerable<SliceResponse> SlicesAsync(IAsyncEnumerable<SliceStreamEvent> events)
    {
        await foreach (var received in events.ConfigureAwait(false))
        {
            if (received is SliceArrived { Slice: var slice })
                yield return slice;
        }
    }

    private static async Task PrintAllAsync(CommandContext context, IAsyncEnumerable<SliceResponse> slices, ulong? count)
    {
        if (count == 0)
            return;
        ulong printed = 0;
        await foreach (var slice in slices.ConfigureAwait(false))
        {
            Print(context, slice);
            context.Document(slice, ApiJson.Default.SliceResponse);
            if (++printed == count)
                return;
        }
    }

    private static void Print(CommandContext context, SliceResponse slice)
    {
        var what = slice.Number is { } number ? $"slice {number}" : "no entries";
        context.Line($"{what} of {slice.Namespace} at height {slice.Height}, {slice.Time:O}");
        foreach (var entry in slice.Entries)
            context.Line($"  {entry.Index}.{entry.Action}  {entry.Sender}  {Payload.Show(entry.Payload)}");
    }
}
