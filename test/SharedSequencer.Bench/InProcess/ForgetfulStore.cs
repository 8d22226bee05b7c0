using SharedSequencer.Application.Ports;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Bench.InProcess;

/// <summary>Keeps nothing: for what is measured apart from storage.</summary>
internal sealed class ForgetfulStore : IChainStore
{
    public ChainState? Load(out CommittedTip tip)
    {
        tip = default;
        return null;
    }

    public void Commit(CommittedBlock block)
    {
    }
}
