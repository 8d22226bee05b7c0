using System.Net;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Engine.Abci;

/// <summary>CometBFT's four connections to its application, dialled in its order: query, snapshot, mempool, consensus.</summary>
internal sealed class AbciLines : IAsyncDisposable
{
    private readonly List<AbciLine> _lines = [];

    private AbciLines()
    {
    }

    /// <summary>Info and Query.</summary>
    public AbciLine Query => _lines[0];

    /// <summary>CheckTx, and Flush before each Commit.</summary>
    public AbciLine Mempool => _lines[2];

    /// <summary>InitChain, proposals, blocks, Commit.</summary>
    public AbciLine Consensus => _lines[3];

    /// <summary>Fails as soon as one of them breaks: CometBFT ends then, and so does the engine.</summary>
    public async Task BrokenAsync() => await await Task.WhenAny(_lines.Select(line => line.Broken));

    /// <exception cref="EngineException">Nobody listens there.</exception>
    public static async Task<AbciLines> DialAsync(EndPoint server, CancellationToken cancellation)
    {
        var lines = new AbciLines();
        try
        {
            foreach (var name in new[] { "query", "snapshot", "mempool", "consensus" })
                lines._lines.Add(await AbciLine.DialAsync(name, server, cancellation));
            return lines;
        }
        catch
        {
            await lines.DisposeAsync();
            throw;
        }
    }

    public async Task<ResponseInfo> InfoAsync() => (await Query.CallAsync(new Request
    {
        Info = new RequestInfo
        {
            Version = EmbeddedEngine.CometBftVersion,
            BlockVersion = EmbeddedEngine.BlockVersion,
            P2PVersion = EmbeddedEngine.PeerVersion,
            AbciVersion = "2.0.0",
        },
    })).Info;

    public async Task<ResponseQuery> QueryAsync(RequestQuery request) => (await Query.CallAsync(new Request { Query = request })).Query;

    public async Task<ResponseInitChain> InitChainAsync(RequestInitChain request) =>
        (await Consensus.CallAsync(new Request { InitChain = request })).InitChain;

    public async Task<ResponsePrepareProposal> PrepareProposalAsync(RequestPrepareProposal request) =>
        (await Consensus.CallAsync(new Request { PrepareProposal = request })).PrepareProposal;

    public async Task<ResponseProcessProposal> ProcessProposalAsync(RequestProcessProposal request) =>
        (await Consensus.CallAsync(new Request { ProcessProposal = request })).ProcessProposal;

    public async Task<ResponseExtendVote> ExtendVoteAsync(RequestExtendVote request) =>
        (await Consensus.CallAsync(new Request { ExtendVote = request })).ExtendVote;

    public async Task<ResponseFinalizeBlock> FinalizeBlockAsync(RequestFinalizeBlock request) =>
        (await Consensus.CallAsync(new Request { FinalizeBlock = request })).FinalizeBlock;

    public async Task<ResponseCommit> CommitAsync() =>
        (await Consensus.CallAsync(new Request { Commit = new RequestCommit() })).Commit;

    public async ValueTask DisposeAsync()
    {
        foreach (var line in _lines)
            await line.DisposeAsync();
    }
}
