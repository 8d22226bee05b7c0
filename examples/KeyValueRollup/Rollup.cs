using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Client.Verification;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace KeyValueRollup;

/// <summary>
/// A whole rollup: names with values, changed by texts "name=value" that the sequencer orders. Everyone who follows the
/// namespace comes to the same values, and to the same root.
/// </summary>
/// <param name="nodes">Whom to ask; none of them is trusted.</param>
/// <param name="headers">What is trusted.</param>
/// <param name="name">The namespace.</param>
/// <param name="file">Where values and cursor are kept, together: what stops in between is never half applied.</param>
public sealed class Rollup(IReadOnlyList<Uri> nodes, ITrustedHeaders headers, string name, string file)
{
    private readonly NamespaceId _id = NamespaceId.OfName(name);

    /// <summary>The values so far.</summary>
    public SortedDictionary<string, string> Values { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>The number of the last slice that was applied.</summary>
    public ulong Applied { get; private set; }

    /// <summary>The same for all who applied the same slices.</summary>
    public string Root => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Values)));

    /// <summary>Registers the namespace unless somebody has.</summary>
    public async Task RegisterAsync(SequencerClient node, SecretKey owner, CancellationToken stop = default)
    {
        if (await node.GetNamespaceAsync(_id, stop) is not null)
            return;
        using var sender = new AccountSender(node, owner);
        await ExpectFinalAsync(sender, new RegisterNamespace(name, new NamespaceSettings(), Deposit: 1_000_000), stop);
    }

    /// <summary>Has a value set, and waits until that is final.</summary>
    public Task SetAsync(AccountSender sender, string key, string value, CancellationToken stop = default) =>
        ExpectFinalAsync(sender, new SubmitData(_id, Encoding.UTF8.GetBytes($"{key}={value}")), stop);

    /// <summary>Applies slices, from where the file says that it stopped, until it is told to stop again.</summary>
    public async Task RunAsync(Action<Rollup>? applied = null, CancellationToken stop = default)
    {
        var saved = File.Exists(file) ? JsonSerializer.Deserialize<Saved>(await File.ReadAllTextAsync(file, stop))! : null;
        var cursor = saved is null ? FollowCursor.At(_id) : FollowCursor.Parse(saved.Cursor);
        Values = new SortedDictionary<string, string>(saved?.Values ?? [], StringComparer.Ordinal);
        Applied = cursor.Next - 1;
        var follower = new NamespaceFollower(nodes, headers, cursor);
        await foreach (var followed in follower.FollowAsync(stop))
        {
            foreach (var entry in followed.Slice.Entries)
                Apply(Encoding.UTF8.GetString(entry.Payload.Span));
            Applied = followed.Slice.Number;
            await File.WriteAllTextAsync(file + ".new", JsonSerializer.Serialize(new Saved(followed.Cursor.ToJson(), new(Values))), CancellationToken.None);
            File.Move(file + ".new", file, overwrite: true);
            applied?.Invoke(this);
        }
    }

    /// <summary>The rollup's rules. Anyone may write anything into an open namespace: what makes no sense is passed over.</summary>
    private void Apply(string text)
    {
        if (text.Split('=', 2) is [{ Length: > 0 } key, var value])
            Values[key] = value;
    }

    private static async Task ExpectFinalAsync(AccountSender sender, TransactionAction action, CancellationToken stop)
    {
        var end = await sender.SendAndAwaitAsync([action], TransactionStatuses.Final, TimeSpan.FromSeconds(60), stop);
        if (TransactionLadder.IsEnd(end.Status))
            throw new InvalidOperationException($"Transaction {end.Id} is {end.Status}: {end.Reason?.Message}");
    }

    private sealed record Saved(string Cursor, Dictionary<string, string> Values);
}
