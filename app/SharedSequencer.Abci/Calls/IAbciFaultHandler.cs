namespace SharedSequencer.Abci.Calls;

/// <summary>Ends the process when the application has thrown: CometBFT has no timeouts and would wait for ever.</summary>
public interface IAbciFaultHandler
{
    /// <summary>
    /// Called once, from one of the server's own threads, after the caller got its <c>ResponseException</c> and when
    /// no further call will be made. It must make the process stop, and must not wait for the server to stop.
    /// </summary>
    void OnFault(AbciFault fault);
}
