namespace SharedSequencer.Abci.Calls;

/// <summary>
/// The application behind an <see cref="AbciServer"/>: the calls of ABCI 2.0, by the connection CometBFT makes them on.
/// </summary>
/// <remarks>
/// Calls are synchronous and get no deadline from CometBFT. An expected failure is a <c>code</c> or a status in the
/// response. An exception is a bug: the server answers it with <c>ResponseException</c>, makes no further call and
/// hands it to its <see cref="IAbciFaultHandler"/>, which ends the process. Echo and Flush never reach the application.
/// No call may ask CometBFT's RPC for anything: CometBFT may be holding a lock until the call returns.
/// </remarks>
public interface IAbciApplication : IConsensusCalls, IMempoolCalls, IQueryCalls, ISnapshotCalls;
