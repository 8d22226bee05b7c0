namespace SharedSequencer.Abci.Calls;

/// <summary>A bug in the application: a call that threw, or answered what CometBFT must never be given.</summary>
/// <param name="Call">The call with what identifies it, such as <c>FinalizeBlock at height 7</c>.</param>
/// <param name="Connection">The connection it came on, such as <c>unix:///run/seq/abci.sock #3</c>.</param>
/// <param name="Exception">What was thrown.</param>
public sealed record AbciFault(string Call, string Connection, Exception Exception)
{
    /// <summary>All that is known, for the log and the last words of the process.</summary>
    public string Report =>
        $"""
        The application failed in {Call} (connection {Connection}). This is a bug in the application.
        The call was answered with an exception, no further call is served, and this process has to stop.
        CometBFT stops by itself; start both again. If it fails again at the same call, keep the data folder and report
        the lines below.
        {Exception}
        """;
}
