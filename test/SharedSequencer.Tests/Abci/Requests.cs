using System.Buffers.Binary;
using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Tests.Abci;

/// <summary>Requests of every kind, as short as tests need them.</summary>
internal static class Requests
{
    public static readonly Request Flush = new() { Flush = new RequestFlush() };
    public static readonly Request Info = new() { Info = new RequestInfo() };
    public static readonly Request Commit = new() { Commit = new RequestCommit() };

    /// <summary>One of every kind that reaches the application, in the order of the wire numbers.</summary>
    public static readonly IReadOnlyList<Request> OfEveryCall =
    [
        Info,
        new() { InitChain = new RequestInitChain() },
        Query("path"),
        CheckTx(1),
        Commit,
        new() { ListSnapshots = new RequestListSnapshots() },
        new() { OfferSnapshot = new RequestOfferSnapshot() },
        new() { LoadSnapshotChunk = new RequestLoadSnapshotChunk() },
        new() { ApplySnapshotChunk = new RequestApplySnapshotChunk() },
        new() { PrepareProposal = new RequestPrepareProposal() },
        new() { ProcessProposal = new RequestProcessProposal() },
        new() { ExtendVote = new RequestExtendVote() },
        new() { VerifyVoteExtension = new RequestVerifyVoteExtension() },
        FinalizeBlock(7),
        new() { InsertTx = new RequestInsertTx { Tx = Tx(2) } },
        new() { ReapTxs = new RequestReapTxs() },
    ];

    public static Request Echo(string message) => new() { Echo = new RequestEcho { Message = message } };

    public static Request Query(string path) => new() { Query = new RequestQuery { Path = path } };

    public static Request CheckTx(int number, int size = 4) => new() { CheckTx = new RequestCheckTx { Tx = Tx(number, size) } };

    public static Request FinalizeBlock(long height, int txs = 0) => new()
    {
        FinalizeBlock = new RequestFinalizeBlock { Height = height, Txs = { Enumerable.Range(0, txs).Select(i => Tx(i)) } },
    };

    public static ByteString Tx(int number, int size = 4)
    {
        var bytes = new byte[size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
