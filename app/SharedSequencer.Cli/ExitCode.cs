namespace SharedSequencer.Cli;

/// <summary>What the program tells scripts. These numbers never change.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Refused or failed: the reason is on stderr.</summary>
    public const int Failed = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    public const int NotFound = 3;

    /// <summary>A proof did not verify.</summary>
    public const int NotProven = 4;
}
