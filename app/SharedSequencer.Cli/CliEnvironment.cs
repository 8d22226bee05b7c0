namespace SharedSequencer.Cli;

/// <summary>What a command sees of the world beside the node and its files.</summary>
/// <param name="Variable">An environment variable's value, or null.</param>
internal sealed record CliEnvironment(TextWriter Out, TextWriter Error, TextReader In, Func<string, string?> Variable)
{
    public static CliEnvironment OfThisProcess() =>
        new(Console.Out, Console.Error, Console.In, Environment.GetEnvironmentVariable);
}
