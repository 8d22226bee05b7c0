using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application;
using SharedSequencer.Application.Genesis;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine;

namespace SharedSequencer.Bench.InProcess;

/// <summary>The application in this process, called as CometBFT calls it, without socket and consensus.</summary>
internal sealed class BenchChain
{
    public const long StartSeconds = 1_767_225_600;

    /// <summary>Within the lifetime that genesis allows, from the first block on.</summary>
    public const long Expiry = StartSeconds + 80_000;

    private long _height;

    /// <param name="evidence">How long evidence counts, which holds pruning back; CometBFT's default when null.</param>
    public BenchChain(GenesisState genesis, IChainStore? store = null, EvidenceAge? evidence = null)
    {
        Application = new SequencerApplication(store ?? new MemoryChainStore(), new RecordingObserver(), new ApplicationOptions
        {
            PoolCount = 1_000_000,
            PoolBytes = 1L << 30,
            PoolCountPerAccount = 100_000,
        });
        _ = Application.InitChain(new RequestInitChain
        {
            ChainId = genesis.ChainId,
            Time = At(0),
            AppStateBytes = ByteString.CopyFrom(GenesisJson.Write(genesis)),
            InitialHeight = 1,
            ConsensusParams = evidence is not { } age ? null : new()
            {
                Evidence = new() { MaxAgeNumBlocks = age.Blocks, MaxAgeDuration = new() { Seconds = age.Seconds } },
            },
        });
    }

    public SequencerApplication Application { get; }

    /// <summary>The time of genesis; block H is H tenths of a second later.</summary>
    public static BlockTime Start => new(StartSeconds, 0);

    public RequestPrepareProposal Prepare(long maximumBytes) => new() { Height = _height + 1, Time = At(_height + 1), MaxTxBytes = maximumBytes };

    public RequestProcessProposal Process(IEnumerable<ByteString> items)
    {
        var request = new RequestProcessProposal { Height = _height + 1, Time = At(_height + 1), Hash = HashOf(_height + 1) };
        request.Txs.AddRange(items);
        return request;
    }

    /// <summary>Admits a transaction as CheckTx does.</summary>
    public void Admit(SignedTransaction transaction)
    {
        var answer = Application.PrepareCheckTx(CheckTx(transaction)).Admit();
        if (answer.Code != 0)
            throw new InvalidDataException($"CheckTx refused a transaction of the load: {answer.Log}");
    }

    public static RequestCheckTx CheckTx(SignedTransaction transaction) => new() { Tx = UnsafeByteOperations.UnsafeWrap(transaction.Raw), Type = CheckTxType.New };

    /// <summary>Decides a block and commits it.</summary>
    public void Decide(IEnumerable<ByteString> items)
    {
        var request = new RequestFinalizeBlock
        {
            Height = _height + 1,
            Time = At(_height + 1),
            Hash = HashOf(_height + 1),
            ProposerAddress = UnsafeByteOperations.UnsafeWrap(new byte[20]),
        };
        request.Txs.AddRange(items);
        _ = Application.FinalizeBlock(request);
        _ = Application.Commit(new RequestCommit());
        _height++;
    }

    /// <summary>A whole block from what the pool holds.</summary>
    /// <returns>The number of its transactions.</returns>
    public int Advance(long maximumBytes = 4 * 1024 * 1024)
    {
        var proposal = Application.PrepareProposal(Prepare(maximumBytes));
        var answer = Application.ProcessProposal(Process(proposal.Txs));
        if (answer.Status != ResponseProcessProposal.Types.ProposalStatus.Accept)
            throw new InvalidDataException($"The application rejected its own proposal at height {_height + 1}.");
        Decide(proposal.Txs);
        return Math.Max(0, proposal.Txs.Count - 1);
    }

    private static ByteString HashOf(long height) => ByteString.CopyFrom(Hash256.Of(BitConverter.GetBytes(height)).Span);

    private static Timestamp At(long height) => new() { Seconds = StartSeconds + (height / 10), Nanos = (int)(height % 10) * 100_000_000 };
}
