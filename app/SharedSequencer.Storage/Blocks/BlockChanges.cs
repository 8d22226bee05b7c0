using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Storage.Blocks;

/// <summary>
/// What one block did to the state, as one value. Accounts are many and are looked up by nobody in SQLite: their new
/// values stay here until <see cref="ChangeFolding"/> takes them over. All else is written at once, and here are the
/// values before, to step back over the block; null for what was not there.
/// </summary>
internal sealed record BlockChanges(
    IReadOnlyList<StateChange> Accounts,
    IReadOnlyList<StateChange> Before,
    IReadOnlyList<KeyValuePair<NamespaceId, byte[]?>> PeaksBefore)
{
    /// <param name="changes">Every key that changed with its new value.</param>
    /// <param name="slices">The block's.</param>
    /// <param name="parent">The state before it.</param>
    public static BlockChanges Of(IReadOnlyList<StateChange> changes, IReadOnlyList<Slice> slices, ChainState parent)
    {
        List<StateChange> accounts = new(changes.Count);
        List<StateChange> before = [];
        for (var i = 0; i < changes.Count; i++)
        {
            var key = changes[i].Key;
            if (StateKeys.IsAccount(key.Span))
                accounts.Add(changes[i]);
            else
                before.Add(new StateChange(key, parent.Tree.TryGet(key.Span, out var value) ? value : (ReadOnlyMemory<byte>?)null));
        }

        List<KeyValuePair<NamespaceId, byte[]?>> peaks = new(slices.Count);
        foreach (var slice in slices)
            peaks.Add(new(slice.Namespace, parent.SlicePeaks.TryGetValue(slice.Namespace, out var found) ? found.Encode() : null));
        return new BlockChanges(accounts, before, peaks);
    }

    /// <summary>Puts the accounts over those of earlier blocks.</summary>
    public void OverlayOn(Dictionary<AccountId, StateChange> earlier)
    {
        foreach (var change in Accounts)
            earlier[StateKeys.AccountOf(change.Key.Span)] = change;
    }

    public byte[] Encode()
    {
        var writer = new WireWriter(64 * (Accounts.Count + Before.Count + PeaksBefore.Count + 1));
        var item = new WireWriter();
        foreach (var (key, value) in Accounts)
            writer.AlwaysBytes(1, Item(item, key.Span, value));
        foreach (var (key, value) in Before)
            writer.AlwaysBytes(2, Item(item, key.Span, value));
        foreach (var (id, peaks) in PeaksBefore)
            writer.AlwaysBytes(3, Item(item, id.ToArray(), Optional(peaks)));
        return writer.ToArray();
    }

    /// <exception cref="StorageException">The bytes were not written by this node.</exception>
    public static BlockChanges Decode(ReadOnlySpan<byte> bytes, long height)
    {
        var reader = new WireReader(bytes);
        var accounts = States(ref reader, 1, height);
        var before = States(ref reader, 2, height);
        List<KeyValuePair<NamespaceId, byte[]?>> peaks = [];
        while (reader.TryMessage(3, out var item))
        {
            var (key, value) = Item(item, height);
            peaks.Add(new(NamespaceId.From(key), value));
        }

        return reader.End() ? new BlockChanges(accounts, before, peaks) : throw Damaged(height, reader.Error);
    }

    private static List<StateChange> States(ref WireReader reader, int field, long height)
    {
        List<StateChange> found = [];
        while (reader.TryMessage(field, out var item))
        {
            var (key, value) = Item(item, height);
            found.Add(new StateChange(key, Optional(value)));
        }

        return found;
    }

    // A null array would become an empty value: the compiler converts it to a memory first.
    private static ReadOnlyMemory<byte>? Optional(byte[]? value)
    {
        if (value is null)
            return null;
        return value;
    }

    private static ReadOnlySpan<byte> Item(WireWriter writer, ReadOnlySpan<byte> key, ReadOnlyMemory<byte>? value)
    {
        writer.Clear();
        writer.AlwaysBytes(1, key);
        if (value is { } given)
            writer.AlwaysBytes(2, given.Span);
        return writer.Written;
    }

    private static (byte[] Key, byte[]? Value) Item(ReadOnlySpan<byte> bytes, long height)
    {
        var reader = new WireReader(bytes);
        _ = reader.TryMessage(1, out var key);
        var value = reader.TryMessage(2, out var given) ? given.ToArray() : null;
        return reader.End() ? (key.ToArray(), value) : throw Damaged(height, reader.Error);
    }

    private static StorageException Damaged(long height, string? why) =>
        new($"What block {height} changed is damaged in the database: {why}. Restore the data folder from a copy, or remove it and let the node follow the chain anew.");
}
