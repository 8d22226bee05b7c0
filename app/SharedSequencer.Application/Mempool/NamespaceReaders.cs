using SharedSequencer.Primitives;

namespace SharedSequencer.Application.Mempool;

/// <summary>Which accounts have something for a namespace that can run: a change of its record disturbs them and nobody else.</summary>
internal sealed class NamespaceReaders
{
    private readonly Dictionary<NamespaceId, Dictionary<AccountId, int>> _accounts = [];

    public void Add(PoolEntry entry)
    {
        foreach (var demand in entry.Demands)
        {
            if (!_accounts.TryGetValue(demand.Namespace, out var counts))
                _accounts.Add(demand.Namespace, counts = []);
            counts[entry.Sender] = counts.GetValueOrDefault(entry.Sender) + 1;
        }
    }

    public void Remove(PoolEntry entry)
    {
        foreach (var demand in entry.Demands)
        {
            var counts = _accounts[demand.Namespace];
            if (--counts[entry.Sender] > 0)
                continue;
            counts.Remove(entry.Sender);
            if (counts.Count == 0)
                _accounts.Remove(demand.Namespace);
        }
    }

    public IEnumerable<AccountId> Of(NamespaceId id) => _accounts.TryGetValue(id, out var counts) ? counts.Keys : [];
}
