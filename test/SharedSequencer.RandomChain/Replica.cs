using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application;
using SharedSequencer.Primitives;

namespace SharedSequencer.RandomChain;

/// <summary>One replica of the application that is given blocks as CometBFT gives them.</summary>
public sealed class Replica
{
    public Replica(RequestInitChain initChain)
    {
        Application = new SequencerApplication(Store, Observer, new ApplicationOptions());
        _ = Application.InitChain(initChain);
    }

    public SequencerApplication Application { get; }

    public MemoryChainStore Store { get; } = new();

    public RecordingObserver Observer { get; } = new();

    /// <summary>Whether the replica would vote for the block.</summary>
    public bool Accepts(RequestFinalizeBlock block)
    {
        var request = new RequestProcessProposal
        {
            Hash = block.Hash,
            Height = block.Height,
            Time = block.Time,
            ProposerAddress = block.ProposerAddress,
        };
        request.Txs.Add(block.Txs);
        return Application.ProcessProposal(request).Status == ResponseProcessProposal.Types.ProposalStatus.Accept;
    }

    /// <summary>Finalises and commits a block; returns the app hash.</summary>
    public Hash256 Run(RequestFinalizeBlock block)
    {
        var response = Application.FinalizeBlock(block);
        _ = Application.Commit(new RequestCommit());
        return Hash256.From(response.AppHash.Span);
    }
}
