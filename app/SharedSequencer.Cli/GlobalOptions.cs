using System.CommandLine;

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
    }

    public Option<string?> Node { get; } = new("--node")
    {
        Description = $"The node's address [env: {NodeVariable}; default: {DefaultNode}]",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Home { get; } = new("--home")
    {
        Description = $"The folder that holds the keys [env: {HomeVariable}; default: ~/.seqctl]",
        HelpName = "DIR",
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
        root.Options.Add(Key);
        root.Options.Add(Output);
    }
}
