using System.CommandLine;
using SharedSequencer.Client.Light;

namespace SharedSequencer.Cli;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    public const string NodeVariable = "SEQ_NODE";
    public const string HomeVariable = "SEQ_HOME";
    public const string DefaultNode = "http://127.0.0.1:8080";
    public const string Text = "text";
    public const string Json = "json";

    public GlobalOptions()
    {
        Output.AcceptOnlyFromAmong(Text, Json);
        Trust.Validators.Add(result =>
        {
            try
            {
                _ = TrustRoot.Parse(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError($"--trust: {e.Message}");
            }
        });
    }

    public Option<string[]> Node { get; } = new("--node")
    {
        Description = "The node's address. Repeat it: whatever is verified must be the same on the others "
            + $"[env: {NodeVariable}, several with ',' between; default: {DefaultNode}]",
        HelpName = "URL",
        Recursive = true,
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string?> Home { get; } = new("--home")
    {
        Description = $"The folder that holds the keys, and what is trusted [env: {HomeVariable}; default: ~/.seqctl]",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<string?> Trust { get; } = new("--trust")
    {
        Description = "A block that you trust, to verify all others from [default: what was trusted before, else HOME/genesis.json]",
        HelpName = "HEIGHT:HASH",
        Recursive = true,
    };

    public Option<bool> TrustFirst { get; } = new("--trust-first")
    {
        Description = "Where nothing is trusted yet: take the node's newest block, and say its hash",
        Recursive = true,
    };

    public Option<string?> Key { get; } = new("--key")
    {
        Description = "The key that signs [default: the only one]",
        HelpName = "NAME",
        Recursive = true,
    };

    public Option<string> Output { get; } = new("--output")
    {
        Description = "How to print: for people, or one JSON document (a line each for follow and watch)",
        DefaultValueFactory = _ => Text,
        Recursive = true,
    };

    public void AddTo(RootCommand root)
    {
        root.Options.Add(Node);
        root.Options.Add(Home);
        root.Options.Add(Trust);
        root.Options.Add(TrustFirst);
        root.Options.Add(Key);
        root.Options.Add(Output);
    }
}
