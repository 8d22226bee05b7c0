using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Storage.Blocks;

/// <summary>
/// What a block overwrote: keys of the state and peaks of namespaces with their values before it, null for what was
/// not there.
/// </summary>
internal sealed record UndoRecord(
    IReadOnlyList<StateChange> State, IReadOnlyList<KeyValuePair<NamespaceId, byte[]?>> Peaks)
{
    public byte[] Encode()
    {
        var writer = new WireWriter(64 * (State.Count + Peaks.Count + 1));
        var item = new WireWriter();
        foreach (var (key, value) in State)
            writer.AlwaysBytes(1, Item(item, key.Span, value));
        foreach (var (id, peaks) in Peaks)
            writer.AlwaysBytes(2, Item(item, id.ToArray(), Optional(peaks)));
        return writer.ToArray();
    }

    /// <exception cref="StorageException">The bytes were not written by this node.</exception>
    public static UndoRecord Decode(ReadOnlySpan<byte> bytes, long height)
    {
        var reader = new WireReader(bytes);
        List<StateChange> state = [];
        List<KeyValuePair<NamespaceId, byte[]?>> peaks = [];
        while (reader.TryMessage(1, out var item))
        {
            var (key, value) = Item(item, height);
            state.Add(new StateChange(key, Optional(value)));
        }

        while (reader.TryMessage(2, out var item))
        {
            var (key, value) = Item(item, height);
            peaks.Add(new(NamespaceId.From(key), value));
        }

        return reader.End() ? new UndoRecord(state, peaks) : throw Damaged(height, reader.Error);
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
        if (value is { } before)
            writer.AlwaysBytes(2, before.Span);
        return writer.Written;
    }

    private static (byte[] Key, byte[]? Value) Item(ReadOnlySpan<byte> bytes, long height)
    {
        var reader = new WireReader(bytes);
        _ = reader.TryMessage(1, out var key);
        var value = reader.TryMessage(2, out var before) ? before.ToArray() : null;
        return reader.End() ? (key.ToArray(), value) : throw Damaged(height, reader.Error);
    }

    private static StorageException Damaged(long height, string? why) =>
        new($"The record to step back over block {height} is damaged: {why}.");
}
