using SharedSequencer.Storage.Blocks;

namespace SharedSequencer.Storage.Reading;

/// <summary>Queries on what is committed, from any number of threads; none waits for a commit.</summary>
public sealed class ChainReader
{
    private readonly NodeDatabase _database;
    private readonly BlockCache _cache;

    internal ChainReader(NodeDatabase database, BlockCache cache)
    {
        _database = database;
        _cache = cache;
    }

    /// <summary>Runs queries that all see the chain at the same moment.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public T Query<T>(Func<ChainSnapshot, T> query) => _database.Read(session => query(new ChainSnapshot(session, _cache)));
}
