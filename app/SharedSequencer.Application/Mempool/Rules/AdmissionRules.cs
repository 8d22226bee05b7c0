using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Mempool.Rules;

/// <summary>All rules, in their order.</summary>
internal sealed class AdmissionRules(ApplicationOptions options, PoolBooks books)
{
    private static readonly IAdmissionRule[] s_ofState = [new ContextRule(), new UsedNonceRule(), new CostRule(), new QuotaRule()];

    private readonly IAdmissionRule[] _ofPool =
    [
        new ReplacementRule(), new FundsRule(), new AccountCapRule(options), new ParkingRule(options, books), new RoomRule(options, books),
    ];

    /// <summary>What the committed state alone can say: on any thread, without the pool's lock.</summary>
    public static Verdict CheckState(Candidate candidate) => Run(s_ofState, candidate);

    /// <summary>What depends on the other transactions, once the candidate has its place.</summary>
    public Verdict CheckPool(Candidate candidate) => Run(_ofPool, candidate);

    private static Verdict Run(IAdmissionRule[] rules, Candidate candidate)
    {
        foreach (var rule in rules)
        {
            var verdict = rule.Check(candidate);
            if (!verdict.IsOk)
                return verdict;
        }

        return Verdict.Ok;
    }
}
