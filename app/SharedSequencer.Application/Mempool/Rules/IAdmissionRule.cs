using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Mempool.Rules;

/// <summary>One reason to refuse a transaction. Rules run in the order of <see cref="AdmissionRules"/>, and build on those before.</summary>
internal interface IAdmissionRule
{
    /// <summary>Refuses, or lets the next rule look.</summary>
    Verdict Check(Candidate candidate);
}
