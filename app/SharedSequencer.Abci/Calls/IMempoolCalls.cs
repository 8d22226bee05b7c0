using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Calls;

/// <summary>
/// The calls about transactions that are in no block yet. Checking is split in two, so that signatures are verified on
/// all cores and yet nonces are admitted in the order in which they arrived.
/// </summary>
public interface IMempoolCalls
{
    /// <summary>
    /// First phase of CheckTx: decode, stateless checks, signature. Pure: it touches no shared state but thread-safe
    /// caches, and never blocks. Called from several threads at once, ahead of earlier requests' second phase.
    /// </summary>
    /// <returns>The second phase, which the server runs exactly once, or never if the connection ends first.</returns>
    IAdmission<ResponseCheckTx> PrepareCheckTx(RequestCheckTx request);

    /// <summary>First phase of InsertTx (v0.40, a peer's transaction); as <see cref="PrepareCheckTx"/>.</summary>
    IAdmission<ResponseInsertTx> PrepareInsertTx(RequestInsertTx request);

    /// <summary>Hands out transactions to gossip (v0.40). May run beside admissions.</summary>
    ResponseReapTxs ReapTxs(RequestReapTxs request);
}
