using SharedSequencer.Application;
using SharedSequencer.Application.Ports;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Api;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Node.Chain;

/// <summary>The application as the API sees it.</summary>
public sealed class ChainSource(SequencerApplication application)
{
    /// <summary>The last committed state.</summary>
    /// <exception cref="ProblemException">503: CometBFT has not started the chain yet.</exception>
    public ChainState State => application.State ?? throw new ProblemException(
        503, ProblemCodes.NotReady, "Not ready", "The chain has not started on this node: CometBFT has not connected to it yet. Try again soon.");

    /// <summary>The state after the block at a height; null when it is not among the last few versions that are kept.</summary>
    public ChainState? StateAt(long height) => application.StateAt(height);

    public bool IsStarted => application.State is not null;

    public IPoolView Pool => application.Pool;

    /// <summary>Decodes a transaction and verifies its signature.</summary>
    public TransactionCheck Check(ReadOnlyMemory<byte> raw) => application.Check(raw);

    /// <summary>Puts a checked transaction straight into the pool: for CometBFT without a mempool of its own.</summary>
    public Verdict Submit(SignedTransaction transaction) => application.Submit(transaction);

    /// <summary>Takes what waited for a nonce and can run now.</summary>
    public IReadOnlyList<SignedTransaction> TakePromoted(int maximum) => application.TakePromoted(maximum);

    /// <summary>It could not be handed on: it will be taken again.</summary>
    public void PromoteAgain(Hash256 id) => application.PromoteAgain(id);
}
