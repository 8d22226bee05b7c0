using System.CommandLine;
using SharedSequencer.Hosting.Configuration;

namespace SharedSequencer.Hosting.Processes;

/// <summary>
/// The command line that the server programs share: <c>--home</c>, <c>--version</c>, <c>--help</c>, and errors for people
/// on standard error. Exit codes: 0 done, 1 failed, 2 wrong usage, 70 a bug (<see cref="FatalError"/>), 78 configuration.
/// </summary>
public sealed class ProgramCli
{
    public const int FailedExitCode = 1;
    public const int UsageExitCode = 2;
    public const int ConfigurationExitCode = 78;

    private readonly SettingCatalogue _catalogue;
    private readonly Option<string> _home;

    public ProgramCli(SettingCatalogue catalogue, string description)
    {
        _catalogue = catalogue;
        _home = new Option<string>("--home")
        {
            Description = $"The folder that holds configuration, keys and data ({catalogue.HomeVariable}).",
            DefaultValueFactory = _ => DefaultHome(catalogue),
            HelpName = "DIR",
            Recursive = true,
        };
        Root = new RootCommand(description);
        Root.Options.Add(_home);
    }

    /// <summary>Add commands and options here.</summary>
    public RootCommand Root { get; }

    /// <summary>The home folder, absolute.</summary>
    public string HomeOf(ParseResult result) => Path.GetFullPath(result.GetRequiredValue(_home));

    /// <summary>Reads the configuration of the home folder and the environment.</summary>
    /// <param name="flags">Values of the command line, which win; null where none was given.</param>
    /// <exception cref="ConfigurationException">With all that is wrong.</exception>
    public SettingValues Settings(ParseResult result, params IReadOnlyList<(Setting Setting, string? Value)> flags)
    {
        var environment = new Dictionary<string, string>(SettingCatalogue.ProcessEnvironment());
        foreach (var (setting, value) in flags)
        {
            if (value is not null)
                environment[_catalogue.VariableOf(setting)] = value;
        }

        return _catalogue.Load(HomeOf(result), environment);
    }

    /// <summary>A command that writes the commented configuration file, for programs whose homes hold little else.</summary>
    public Command InitCommand(Action<string>? more = null)
    {
        var init = new Command("init", "Write a home folder with a commented configuration file.");
        init.SetAction(result =>
        {
            var home = HomeOf(result);
            var written = _catalogue.WriteTemplate(home);
            more?.Invoke(home);
            Console.WriteLine($"{_catalogue.FileIn(home)} {(written ? "written" : "was there already")}");
        });
        return init;
    }

    /// <summary>Parses and runs.</summary>
    /// <returns>The process's exit code.</returns>
    public async Task<int> InvokeAsync(string[] arguments)
    {
        var result = Root.Parse(arguments);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
                await Console.Error.WriteLineAsync($"{_catalogue.Program}: {error.Message}");
            await Console.Error.WriteLineAsync($"Run '{_catalogue.Program} --help' for what is possible.");
            return UsageExitCode;
        }

        try
        {
            // The host handles signals itself, with its own deadline.
            return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (ConfigurationException error)
        {
            foreach (var line in error.Errors)
                await Console.Error.WriteLineAsync($"{_catalogue.Program}: {line}");
            return ConfigurationExitCode;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{_catalogue.Program}: {error.Message}");
            return FailedExitCode;
        }
    }

    private static string DefaultHome(SettingCatalogue catalogue)
    {
        var named = Environment.GetEnvironmentVariable(catalogue.HomeVariable);
        return string.IsNullOrEmpty(named)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".shared-sequencer", catalogue.Program)
            : named;
    }
}
