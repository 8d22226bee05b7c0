using System.Runtime.CompilerServices;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Client.Light;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cli.Commands;

/// <summary>Follows a namespace by a light client: each slice is complete, and none is missing between them.</summary>
internal static class VerifiedSlices
{
    /// <exception cref="CliException">Exit code 4: no node gives what can be proven.</exception>
    public static async IAsyncEnumerable<SliceResponse> FollowAsync(
        CommandContext context, LightClient light, NamespaceId id, ulong from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? said = null;
        var follower = new NamespaceFollower(context.Nodes, light, FollowCursor.At(id, from), new NamespaceFollowerOptions
        {
            OnFault = fault =>
            {
                // A node that is away for long is no news each time it is asked.
                if (said != fault.Error.Message)
                    context.Remark($"{fault.Error.Message} The next node is asked, or the same one again.");
                said = fault.Error.Message;
            },
        });
        await using var slices = follower.FollowAsync(cancellation).GetAsyncEnumerator(cancellation);
        while (await NextAsync(context, slices).ConfigureAwait(false))
        {
            var slice = slices.Current.Slice;
            var header = await light.AtAsync(slice.Height, cancellation).ConfigureAwait(false);
            yield return new SliceResponse
            {
                Namespace = id.ToString(),
                Height = slice.Height,
                Time = header.Time.ToDateTimeOffset(),
                BlockHash = header.Hash().ToString(),
                Number = slice.Number,
                Entries = [.. slice.Entries.Select(entry => new EntryResponse(
                    entry.TransactionIndex, entry.ActionIndex, entry.Sender.ToString(), entry.Payload.ToArray()))],
            };
        }
    }

    private static async Task<bool> NextAsync(CommandContext context, IAsyncEnumerator<FollowedSlice> slices)
    {
        try
        {
            return await slices.MoveNextAsync().ConfigureAwait(false);
        }
        catch (UnprovenAnswerException e)
        {
            SliceCheck.Refused(context, e.Step.ToLowerInvariant(), e.Message);
            throw;
        }
    }
}
