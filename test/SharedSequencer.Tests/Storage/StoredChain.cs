using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.RandomChain;
using SharedSequencer.Storage;

namespace SharedSequencer.Tests.Storage;

/// <summary>The real application on the real store, fed with a random chain's blocks, and its folder.</summary>
internal sealed class StoredChain : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StoredChain(int seed)
    {
        Blocks = new RandomBlocks(new RandomWorld(seed));
        Open();
        _ = Application.InitChain(Blocks.InitChain());
    }

    public RandomBlocks Blocks { get; }

    public string Data => Path.Combine(_folder.Path, "data");

    public NodeDatabase Database { get; private set; } = null!;

    public SqliteChainStore Store { get; private set; } = null!;

    public SequencerApplication Application { get; private set; } = null!;

    /// <summary>The blocks that were committed, in order.</summary>
    public List<RequestFinalizeBlock> Committed { get; } = [];

    /// <summary>Makes and commits so many blocks.</summary>
    public void Grow(int count)
    {
        for (var i = 0; i < count; i++)
            Commit(Blocks.Next());
    }

    public void Commit(RequestFinalizeBlock block)
    {
        _ = Application.FinalizeBlock(block);
        _ = Application.Commit(new RequestCommit());
        Committed.Add(block);
    }

    /// <summary>Closes the database and starts from the file, as after the process ended.</summary>
    public void Reopen()
    {
        Database.Dispose();
        Open();
    }

    public void Dispose()
    {
        Database.Dispose();
        _folder.Dispose();
    }

    private void Open()
    {
        Database = NodeDatabase.Open(Data, "cometbft");
        Store = new SqliteChainStore(Database);
        Application = new SequencerApplication(Store, new RecordingObserver(), new ApplicationOptions());
    }
}
