using System.Collections.Concurrent;
using Google.Protobuf;
using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Cryptography;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.SystemTests.Validators;

/// <summary>
/// Follows the chain like everybody, but each block that it proposes is invalid, every time in another way; and it
/// votes for them.
/// </summary>
internal sealed class InvalidProposer(IAbciApplication inner, string chainId) : ForwardingApplication(inner)
{
    private readonly ConcurrentDictionary<string, int> _proposed = [];
    private readonly SecretKey _penniless = SecretKey.Generate();
    private volatile ByteString[] _own = [];
    private int _turn;

    /// <summary>How often each kind of invalid block was proposed.</summary>
    public IReadOnlyDictionary<string, int> Proposed => _proposed;

    /// <summary>What it commits data with, although executing it fails: its account owns no coins.</summary>
    public ConcurrentBag<SignedTransaction> Unexecutable { get; } = [];

    public static IReadOnlyList<string> Kinds { get; } =
    [
        "data that was not executed", "bytes that are no transaction", "a preamble alone", "a transaction without a preamble",
        "a preamble of another height",
    ];

    public override ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request)
    {
        var kind = Kinds[_turn++ % Kinds.Count];
        ByteString[] items = kind switch
        {
            "data that was not executed" => Block(request.Height, Penniless(request)),
            "bytes that are no transaction" => [PreambleOf(request.Height, []), ByteString.CopyFromUtf8("no transaction")],
            "a preamble alone" => [PreambleOf(request.Height, [])],
            "a transaction without a preamble" => [UnsafeByteOperations.UnsafeWrap(Penniless(request).Raw)],
            _ => Block(request.Height + 1, Penniless(request)),
        };
        _own = items;
        _proposed.AddOrUpdate(kind, 1, (_, count) => count + 1);
        return new ResponsePrepareProposal { Txs = { items } };
    }

    public override ResponseProcessProposal ProcessProposal(RequestProcessProposal request) =>
        request.Txs.Count > 0 && request.Txs.SequenceEqual(_own)
            ? new ResponseProcessProposal { Status = ResponseProcessProposal.Types.ProposalStatus.Accept }
            : base.ProcessProposal(request);

    private static ByteString[] Block(long height, SignedTransaction transaction) =>
        [PreambleOf(height, [transaction]), UnsafeByteOperations.UnsafeWrap(transaction.Raw)];

    /// <summary>The preamble that would be right if all of the transactions could be executed.</summary>
    private static ByteString PreambleOf(long height, SignedTransaction[] transactions)
    {
        var entries = BlockEntries.Of(transactions);
        return ByteString.CopyFrom(new Preamble
        {
            Height = height,
            NamespaceRoot = entries.BuildTree().Root.ToArray(),
            EntryCount = entries.Count,
            PayloadBytes = entries.PayloadBytes,
            ForcedCount = 0,
        }.Encode());
    }

    private SignedTransaction Penniless(RequestPrepareProposal request)
    {
        var transaction = SignedTransaction.Sign(
            new TransactionBody
            {
                ChainId = chainId,
                Nonce = 0,
                MaxFeePerByte = 100,
                TipPerByte = 0,
                ExpiryTime = request.Time.Seconds + 600,
                Actions = [new SubmitData(FaultyValidatorTests.Namespace, "forged data"u8.ToArray())],
            },
            _penniless);
        Unexecutable.Add(transaction);
        return transaction;
    }
}
