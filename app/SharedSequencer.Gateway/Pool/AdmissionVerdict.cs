using SharedSequencer.Gateway.JsonRpc;

namespace SharedSequencer.Gateway.Pool;

/// <summary>What became of an attempt to enter the pool: exactly one of the three.</summary>
/// <param name="Admitted">It is held now.</param>
/// <param name="Refused">It is refused, for ever.</param>
/// <param name="PredecessorMissing">A nonce before it is missing: completes when something about the account has changed.</param>
internal readonly record struct AdmissionVerdict(PendingTransaction? Admitted, RpcError? Refused, Task? PredecessorMissing)
{
    public static implicit operator AdmissionVerdict(RpcError error) => new(null, error, null);
}
