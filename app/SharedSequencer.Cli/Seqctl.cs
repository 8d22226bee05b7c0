using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using SharedSequencer.Cli.Commands;
using SharedSequencer.Client;

namespace SharedSequencer.Cli;

/// <summary>The program: from arguments to an exit code. Whatever fails ends as one message on stderr.</summary>
internal static class Seqctl
{
    public static async Task<int> RunAsync(string[] arguments, CliEnvironment environment, CancellationToken cancellation = default)
    {
        var host = new CommandHost(environment);
        var parse = Root(host).Parse(arguments);
        if (parse.Action is ParseErrorAction)
        {
            foreach (var message in parse.Errors.Select(error => error.Message).Distinct())
                await environment.Error.WriteLineAsync($"seqctl: {message}").ConfigureAwait(false);
            await environment.Error.WriteLineAsync($"Try '{PathOf(parse.CommandResult)} --help'.").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = environment.Out,
                Error = environment.Error,
                EnableDefaultExceptionHandler = false,
            };
            return await parse.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (Explain(e) is { } explanation)
        {
            await environment.Error.WriteLineAsync($"seqctl: {explanation.Message}").ConfigureAwait(false);
            return explanation.ExitCode;
        }
    }

    private static RootCommand Root(CommandHost host)
    {
        var root = new RootCommand("Uses a Shared Sequencer: keys, coins, namespaces, data, and proofs of what was ordered.");
        host.Globals.AddTo(root);
        root.Subcommands.Add(KeyCommands.Create(host));
        root.Subcommands.Add(AccountCommands.Create(host));
        root.Subcommands.Add(TransferCommand.Create(host));
        root.Subcommands.Add(NamespaceCommands.Create(host));
        root.Subcommands.Add(SubmitCommand.Create(host));
        root.Subcommands.Add(TransactionCommands.Create(host));
        root.Subcommands.Add(SliceCommands.Create(host));
        root.Subcommands.Add(FeesCommand.Create(host));
        root.Subcommands.Add(StatusCommand.Create(host));
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!, host);
        foreach (var version in root.Options.OfType<VersionOption>())
            version.Action = new ProductVersion();
        return root;
    }

    private static (int ExitCode, string Message)? Explain(Exception error) => error switch
    {
        CliException e => (e.ExitCode, e.Message),
        SequencerApiException { Status: 404 } e => (ExitCode.NotFound, e.Message),
        SequencerApiException e => (ExitCode.Failed, e.Message),
        TransactionRefusedException e => (ExitCode.Failed, $"The transaction is refused: {e.Message} ({e.Code})"),
        SequencerConnectionException e => (
            ExitCode.Failed,
            $"{e.Message.TrimEnd('.')}. Is it running? Name another node with --node URL or {GlobalOptions.NodeVariable}."),
        TimeoutException e => (ExitCode.Failed, e.Message),
        OperationCanceledException => (ExitCode.Failed, "Interrupted."),
        IOException or UnauthorizedAccessException => (ExitCode.Failed, error.Message),
        _ => null,
    };

    private static string PathOf(System.CommandLine.Parsing.CommandResult result)
    {
        List<string> names = [];
        for (System.CommandLine.Parsing.SymbolResult? at = result; at is System.CommandLine.Parsing.CommandResult command; at = at.Parent)
            names.Insert(0, command.Command is RootCommand ? "seqctl" : command.Command.Name);
        return string.Join(' ', names);
    }

    /// <summary>This program's version, whatever process it runs in.</summary>
    private sealed class ProductVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var version = typeof(Seqctl).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!;
            parseResult.InvocationConfiguration.Output.WriteLine(version.InformationalVersion);
            return ExitCode.Done;
        }
    }

    private sealed class HelpWithExamples(HelpAction inner, CommandHost host) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = inner.Invoke(parseResult);
            if (!host.Examples.TryGetValue(parseResult.CommandResult.Command, out var examples))
                return result;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine($"  {example}");
            return result;
        }
    }
}
