using Google.Protobuf;
using Microsoft.Data.Sqlite;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Consensus;
using SharedSequencer.Primitives;

namespace SharedSequencer.Engine.Storage;

/// <summary>
/// CometBFT's block store and state store. One thread writes; any thread reads. Each write is on the disk when it
/// returns.
/// </summary>
internal sealed class EngineStore : IDisposable
{
    private const string BlockColumns = "id, round, body, seen_commit, extension, extension_signature";
    private const int PrunedAtOnce = 100;

    private readonly Database _database;
    private long _height;
    private long _base;

    /// <exception cref="EngineException">The database cannot be used.</exception>
    public EngineStore(string path)
    {
        _database = new Database(path);
        (_base, _height) = _database.Read(db => db.First(
            "SELECT coalesce(min(height), 0), coalesce(max(height), 0) FROM block WHERE seen_commit IS NOT NULL",
            row => (row.GetInt64(0), row.GetInt64(1))));
    }

    /// <summary>The newest decided block; 0 for none.</summary>
    public long Height => Volatile.Read(ref _height);

    /// <summary>The oldest block that is not pruned; 0 for none.</summary>
    public long Base => Volatile.Read(ref _base);

    /// <summary>The text of genesis.json that the chain was started with; null before its first start.</summary>
    public byte[]? Genesis() => _database.Read(db => db.First("SELECT value FROM meta WHERE name = 'genesis'", row => Bytes(row, 0)));

    public void SaveGenesis(byte[] text) => _database.Write(db => db.Run("INSERT INTO meta (name, value) VALUES ('genesis', ?1)", text));

    /// <summary>The state after the last committed block; null before InitChain.</summary>
    public ChainState? State() => _database.Read(db => db.First(
        "SELECT chain_id, initial_height, last_height, last_block_id, last_time, last_validators, validators, next_validators, params, "
        + "app_version, app_hash, last_results_hash FROM state",
        row => new ChainState(
            row.GetString(0),
            row.GetInt64(1),
            row.GetInt64(2),
            BlockId.FromProto(Bytes(row, 3)),
            CometTime.FromProto(Bytes(row, 4)),
            row.IsDBNull(5) ? null : ValidatorSet.FromProto(Bytes(row, 5)),
            ValidatorSet.FromProto(Bytes(row, 6)),
            ValidatorSet.FromProto(Bytes(row, 7)),
            ParamsConversion.FromBytes(Bytes(row, 8)),
            unchecked((ulong)row.GetInt64(9)),
            HexBytes.From(Bytes(row, 10)),
            Hash256.From(Bytes(row, 11)))));

    /// <summary>Stores the state after a block, with what its transactions are found by; with no block, the state of genesis.</summary>
    public void SaveState(ChainState state, Block? block)
    {
        _database.Write(db =>
        {
            db.Run(
                "INSERT OR REPLACE INTO state VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                state.ChainId,
                state.InitialHeight,
                state.LastHeight,
                state.LastBlockId.ToProto(),
                state.LastBlockTime.ToProto(),
                state.LastValidators?.ToProto(),
                state.Validators.ToProto(),
                state.NextValidators.ToProto(),
                ParamsConversion.ToBytes(state.Params),
                unchecked((long)state.AppVersion),
                state.AppHash.ToArray(),
                state.LastResultsHash.ToArray());
            if (block is null)
                SaveValidators(db, state.NextHeight, state.Validators);
            SaveValidators(db, state.NextHeight + 1, state.NextValidators);
            db.Run("INSERT OR REPLACE INTO params VALUES (?1, ?2)", state.NextHeight, ParamsConversion.ToBytes(state.Params));
            for (var i = 0; i < (block?.Transactions.Length ?? 0); i++)
                db.Run("INSERT OR REPLACE INTO tx VALUES (?1, ?2, ?3)", Hash256.Of(block!.Transactions[i].Span).ToArray(), state.LastHeight, i);
        });
    }

    /// <summary>Writes down what is about to be signed, so that after a crash nothing else is signed in its place.</summary>
    public void SaveProposal(Block block, byte[] body, BlockId id, int round) => _database.Write(db => db.Run(
        "INSERT OR REPLACE INTO block (height, hash, id, round, header, body, transactions) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        block.Header.Height,
        id.Hash!.Value.ToArray(),
        id.ToProto(),
        round,
        block.Header.ToProto(),
        body,
        block.Transactions.Length));

    /// <summary>Decides the proposed block: it counts from here on.</summary>
    public void SaveCommit(Commit commit, VoteExtension? extension)
    {
        _database.Write(db => db.Run(
            "UPDATE block SET seen_commit = ?2, extension = ?3, extension_signature = ?4 WHERE height = ?1",
            commit.Height,
            commit.ToProto(),
            extension?.Extension,
            extension?.Signature));
        if (Base == 0)
            Volatile.Write(ref _base, commit.Height);
        Volatile.Write(ref _height, commit.Height);
    }

    public void SaveResults(long height, ResponseFinalizeBlock response) =>
        _database.Write(db => db.Run("INSERT OR REPLACE INTO result VALUES (?1, ?2)", height, response.ToByteArray()));

    /// <summary>A block, decided or only proposed; null when there is none.</summary>
    public StoredBlock? Block(long height) =>
        _database.Read(db => db.First($"SELECT {BlockColumns} FROM block WHERE height = ?1", ReadBlock, height));

    /// <summary>The height of a decided block; 0 for none.</summary>
    public long HeightOf(Hash256 hash) => _database.Read(db => db.First(
        "SELECT height FROM block WHERE hash = ?1 AND seen_commit IS NOT NULL", row => row.GetInt64(0), hash.ToArray()));

    /// <summary>Decided blocks without their transactions, the newest first.</summary>
    public List<BlockMeta> Metas(long lowest, long highest) => _database.Read(db => db.All(
        "SELECT id, length(body), header, transactions FROM block WHERE height BETWEEN ?1 AND ?2 AND seen_commit IS NOT NULL ORDER BY height DESC",
        row => new BlockMeta(BlockId.FromProto(Bytes(row, 0)), row.GetInt32(1), Header.FromProto(Bytes(row, 2)), row.GetInt32(3)),
        lowest,
        highest));

    public BlockMeta? Meta(long height) => Metas(height, height).FirstOrDefault();

    /// <summary>The commit that was seen for a block.</summary>
    public Commit? SeenCommit(long height) => _database.Read(db => db.First(
        "SELECT seen_commit FROM block WHERE height = ?1 AND seen_commit IS NOT NULL",
        row => Commit.FromProto(Bytes(row, 0)),
        height));

    public ResponseFinalizeBlock? Results(long height) => _database.Read(db => db.First(
        "SELECT response FROM result WHERE height = ?1", row => ResponseFinalizeBlock.Parser.ParseFrom(Bytes(row, 0)), height));

    public ValidatorSet? Validators(long height) => _database.Read(db => db.First(
        "SELECT members FROM validators WHERE height = ?1", row => ValidatorSet.FromProto(Bytes(row, 0)), height));

    public ConsensusParams? Params(long height) => _database.Read(db => db.First(
        "SELECT params FROM params WHERE height = ?1", row => ParamsConversion.FromBytes(Bytes(row, 0)), height));

    public TransactionPlace? Place(byte[] hash) => _database.Read(db => db.First<TransactionPlace?>(
        "SELECT height, position FROM tx WHERE hash = ?1", row => new TransactionPlace(row.GetInt64(0), row.GetInt32(1)), hash));

    /// <summary>Forgets blocks below a height, some at a time.</summary>
    public void Prune(long retainHeight)
    {
        if (retainHeight <= Base || retainHeight > Height)
            return;
        var below = Math.Min(retainHeight, Base + PrunedAtOnce);
        _database.Write(db =>
        {
            foreach (var table in new[] { "block", "result", "validators", "params", "tx" })
                db.Run($"DELETE FROM {table} WHERE height < ?1", below);
        });
        Volatile.Write(ref _base, below);
    }

    public void Dispose() => _database.Dispose();

    private static void SaveValidators(Statements db, long height, ValidatorSet set) =>
        db.Run("INSERT OR REPLACE INTO validators VALUES (?1, ?2)", height, set.ToProto());

    private static StoredBlock ReadBlock(SqliteDataReader row) => new(
        BlockId.FromProto(Bytes(row, 0)),
        row.GetInt32(1),
        SharedSequencer.CometBft.Types.Block.FromProto(Bytes(row, 2)),
        row.IsDBNull(3) ? null : Commit.FromProto(Bytes(row, 3)),
        row.IsDBNull(4) ? null : new VoteExtension(Bytes(row, 4), Bytes(row, 5)));

    private static byte[] Bytes(SqliteDataReader row, int column) => row.GetFieldValue<byte[]>(column);
}
