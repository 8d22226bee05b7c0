namespace SharedSequencer.Cli;

/// <summary>Ends a command with an exit code and a message for people.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static CliException Usage(string message) => new(Cli.ExitCode.Usage, message);

    public static CliException Failed(string message) => new(Cli.ExitCode.Failed, message);

    public static CliException NotFound(string message) => new(Cli.ExitCode.NotFound, message);
}
