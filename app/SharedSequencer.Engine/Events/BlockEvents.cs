using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Engine.Storage;
using SharedSequencer.Primitives;

namespace SharedSequencer.Engine.Events;

/// <summary>An event as its subscribers see it: a committed block, or one of its transactions.</summary>
/// <param name="Index">The transaction's place in the block; null for the block itself.</param>
/// <param name="Attributes">What queries ask about: composite key → values, <c>tm.event</c> among them.</param>
internal sealed record BlockEvent(
    StoredBlock Block, ResponseFinalizeBlock Results, int? Index, IReadOnlyDictionary<string, IReadOnlyList<string>> Attributes);

/// <summary>Tells subscribers of committed blocks. Safe on every thread; a subscriber must not block.</summary>
internal sealed class BlockEvents
{
    private const string TypeKey = "tm.event";

    private readonly Lock _gate = new();
    private Action<BlockEvent>[] _subscribers = [];

    /// <returns>Ends the subscription when disposed of.</returns>
    public IDisposable Subscribe(Action<BlockEvent> subscriber)
    {
        lock (_gate)
            _subscribers = [.. _subscribers, subscriber];
        return new Subscription(this, subscriber);
    }

    public void Publish(StoredBlock block, ResponseFinalizeBlock results)
    {
        var subscribers = Volatile.Read(ref _subscribers);
        if (subscribers.Length == 0)
            return;
        var all = new List<BlockEvent>(block.Block.Transactions.Length + 1)
        {
            new(block, results, null, Gather(results.Events, (TypeKey, "NewBlock"))),
        };
        for (var i = 0; i < block.Block.Transactions.Length; i++)
        {
            all.Add(new BlockEvent(block, results, i, Gather(
                results.TxResults[i].Events,
                (TypeKey, "Tx"),
                ("tx.hash", Convert.ToHexString(Hash256.Of(block.Block.Transactions[i].Span).Span)),
                ("tx.height", block.Block.Header.Height.ToString(System.Globalization.CultureInfo.InvariantCulture)))));
        }

        foreach (var item in all)
        {
            foreach (var subscriber in subscribers)
                subscriber(item);
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> Gather(IEnumerable<Event> events, params ReadOnlySpan<(string Key, string Value)> own)
    {
        var gathered = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var item in events)
        {
            if (item.Type.Length == 0)
                continue;
            foreach (var attribute in item.Attributes)
            {
                if (attribute.Key.Length > 0)
                    Add($"{item.Type}.{attribute.Key}", attribute.Value);
            }
        }

        foreach (var (key, value) in own)
            Add(key, value);
        return gathered.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal);

        void Add(string key, string value)
        {
            if (!gathered.TryGetValue(key, out var values))
                gathered.Add(key, values = []);
            values.Add(value);
        }
    }

    private void Remove(Action<BlockEvent> subscriber)
    {
        lock (_gate)
            _subscribers = [.. _subscribers.Where(s => s != subscriber)];
    }

    private sealed class Subscription(BlockEvents events, Action<BlockEvent> subscriber) : IDisposable
    {
        public void Dispose() => events.Remove(subscriber);
    }
}
