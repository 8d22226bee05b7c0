using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.AbciProto.Crypto;
using SharedSequencer.Merkle;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application;

/// <summary>
/// ABCI's Query: path <c>/store/state/key</c> with key <c>root</c> gives the state tree's root with the two operators
/// that a stock <c>cometbft light</c> verifies against the next header's app_hash.
/// </summary>
internal static class StateQuery
{
    public const string Path = "/store/state/key";

    private const uint UnknownPath = 1;
    private const uint UnknownKey = 2;
    private const uint UnknownHeight = 3;

    /// <summary>
    /// Without a height, a proving query answers at the newest height whose successor's header exists: header H+1
    /// carries the app_hash of H.
    /// </summary>
    public static ResponseQuery Answer(RequestQuery request, RecentStates states)
    {
        if (request.Path != Path)
            return Refuse(UnknownPath, $"Path '{request.Path}' is unknown: '{Path}' with data 'root' is served; everything else is in the node's own API.");
        if (!request.Data.Span.SequenceEqual(AppHash.RootKey))
            return Refuse(UnknownKey, $"Key '{request.Data.ToStringUtf8()}' is unknown: 'root' is served.");

        var newest = states.Newest;
        var height = request.Height != 0 ? request.Height : newest is null ? 0 : request.Prove ? newest.Height - 1 : newest.Height;
        if (newest is null || states.At(height) is not { } state)
            return Refuse(UnknownHeight, $"Height {height} is not among the last committed versions of the state; the newest is {newest?.Height ?? 0}.");

        var response = new ResponseQuery
        {
            Key = ByteString.CopyFrom(AppHash.RootKey),
            Value = ByteString.CopyFrom(state.Tree.Root.Span),
            Height = state.Height,
        };
        if (!request.Prove)
            return response;
        var (inner, outer) = AppHash.Prove(state.Tree.Root);
        response.ProofOps = new ProofOps { Ops = { Operator(inner), Operator(outer) } };
        return response;
    }

    private static ProofOp Operator(SimpleMapProof proof) => new()
    {
        Type = SimpleMapProof.OperatorType,
        Key = ByteString.CopyFrom(proof.Key.Span),
        Data = ByteString.CopyFrom(proof.ToValueOp()),
    };

    private static ResponseQuery Refuse(uint code, string reason) => new() { Code = code, Codespace = "query", Log = reason };
}
