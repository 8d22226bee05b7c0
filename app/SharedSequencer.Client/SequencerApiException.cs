namespace SharedSequencer.Client;

/// <summary>The node answered with a problem (RFC 9457).</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">Stable, for programs to decide by: <see cref="Api.ProblemCodes"/>, or a result code in snake case.</param>
/// <param name="detail">For people: what was wrong and what to do.</param>
public sealed class SequencerApiException(int status, string code, string detail) : Exception($"{detail} ({code}, HTTP {status})")
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string Detail { get; } = detail;
}
