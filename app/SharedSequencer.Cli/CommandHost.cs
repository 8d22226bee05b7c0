using System.CommandLine;

namespace SharedSequencer.Cli;

/// <summary>Makes commands: their examples for the help, and their action with a <see cref="CommandContext"/>.</summary>
internal sealed class CommandHost(CliEnvironment environment)
{
    private readonly Dictionary<Command, string[]> _examples = [];

    public GlobalOptions Globals { get; } = new();

    public IReadOnlyDictionary<Command, string[]> Examples => _examples;

    /// <summary>A command that does something.</summary>
    public Command Action(
        string name,
        string description,
        string[] examples,
        IEnumerable<Symbol> symbols,
        Func<CommandContext, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else
                command.Options.Add((Option)symbol);
        }

        command.SetAction(async (parse, cancellation) =>
        {
            using var context = new CommandContext(parse, Globals, environment);
            return await run(context, cancellation).ConfigureAwait(false);
        });
        _examples[command] = examples;
        return command;
    }

    /// <summary>A command that only groups others.</summary>
    public static Command Group(string name, string description, params IEnumerable<Command> commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
            group.Subcommands.Add(command);
        return group;
    }
}
