using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Tests.Engine;

/// <summary>An application whose answers to some calls a test replaces.</summary>
internal sealed class ScriptedBlocks(IAbciApplication application) : ForwardingApplication(application)
{
    public Func<RequestInitChain, Func<RequestInitChain, ResponseInitChain>, ResponseInitChain> OnInitChain { get; init; } = (request, next) => next(request);

    public Func<RequestPrepareProposal, Func<RequestPrepareProposal, ResponsePrepareProposal>, ResponsePrepareProposal> OnPrepare { get; init; } =
        (request, next) => next(request);

    public Func<RequestProcessProposal, Func<RequestProcessProposal, ResponseProcessProposal>, ResponseProcessProposal> OnProcess { get; init; } =
        (request, next) => next(request);

    public Func<RequestExtendVote, ResponseExtendVote>? OnExtend { get; init; }

    public Func<RequestFinalizeBlock, Func<RequestFinalizeBlock, ResponseFinalizeBlock>, ResponseFinalizeBlock> OnFinalize { get; init; } =
        (request, next) => next(request);

    public Func<RequestCommit, Func<RequestCommit, ResponseCommit>, ResponseCommit> OnCommit { get; init; } = (request, next) => next(request);

    public override ResponseInitChain InitChain(RequestInitChain request) => OnInitChain(request, base.InitChain);

    public override ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request) => OnPrepare(request, base.PrepareProposal);

    public override ResponseProcessProposal ProcessProposal(RequestProcessProposal request) => OnProcess(request, base.ProcessProposal);

    public override ResponseExtendVote ExtendVote(RequestExtendVote request) => OnExtend?.Invoke(request) ?? base.ExtendVote(request);

    public override ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request) => OnFinalize(request, base.FinalizeBlock);

    public override ResponseCommit Commit(RequestCommit request) => OnCommit(request, base.Commit);
}
