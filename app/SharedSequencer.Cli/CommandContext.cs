using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SharedSequencer.Cli.Keys;
using SharedSequencer.Client;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cli;

/// <summary>One run of a command: its options' values, the node, the keys, and where to print.</summary>
internal sealed class CommandContext(ParseResult parse, GlobalOptions globals, CliEnvironment environment) : IDisposable
{
    private SequencerClient? _client;

    public CliEnvironment Environment { get; } = environment;

    public bool IsJson => parse.GetValue(globals.Output) == GlobalOptions.Json;

    /// <summary>The node: the first one that the options or the environment name.</summary>
    public SequencerClient Client => _client ??= new SequencerClient(Nodes[0]);

    /// <summary>All nodes that were named, each once, in order.</summary>
    public IReadOnlyList<Uri> Nodes => [.. NodeTexts().Select(AddressOf).Distinct()];

    public KeyStore Keys => new(Path.Combine(Home(), "keys"));

    /// <summary>A path inside the home folder.</summary>
    public string InHome(string path) => Path.Combine(Home(), path);

    /// <summary>What <c>--trust</c> says, or null.</summary>
    public string? Trust => parse.GetValue(globals.Trust);

    public bool TrustFirst => parse.GetValue(globals.TrustFirst);

    /// <summary>The name of the key that was asked for, or null.</summary>
    public string? KeyName => parse.GetValue(globals.Key);

    public T? Value<T>(Option<T> option) => parse.GetValue(option);

    public T? Value<T>(Argument<T> argument) => parse.GetValue(argument);

    public bool IsGiven(Option option) => parse.GetResult(option) is { Implicit: false };

    public void Dispose() => _client?.Dispose();

    /// <summary>The key that signs: the one that was named, or the only one there is.</summary>
    public StoredKey SigningKey() => Keys.Select(KeyName);

    /// <summary>Prints one line for people; nothing when JSON was asked for.</summary>
    public void Line(string text)
    {
        if (!IsJson)
            Environment.Out.WriteLine(text);
    }

    /// <summary>Prints a name and its value, aligned.</summary>
    public void Field(string name, string? value)
    {
        if (value is not null)
            Line($"{name,-16}{value}");
    }

    /// <summary>Prints one JSON document on one line; nothing when text was asked for.</summary>
    public void Document<T>(T value, JsonTypeInfo<T> type)
    {
        if (IsJson)
            Environment.Out.WriteLine(JsonSerializer.Serialize(value, type));
    }

    /// <summary>Reads a namespace: its id when the text is 16 hex digits, else the id of that name.</summary>
    public static NamespaceId NamespaceOf(string text)
    {
        if (NamespaceId.TryParse(text, out var id))
            return id;
        return NamespaceId.IsValidName(text)
            ? NamespaceId.OfName(text)
            : throw CliException.Usage($"'{text}' is no namespace: give its name (3 to 32 of a-z, 0-9 and '-') or its id (16 hex digits).");
    }

    /// <summary>Prints a remark for people that is no result: to the error stream.</summary>
    public void Remark(string text) => Environment.Error.WriteLine($"seqctl: {text}");

    private string[] NodeTexts()
    {
        if (parse.GetValue(globals.Node) is { Length: > 0 } given)
            return given;
        return Environment.Variable(GlobalOptions.NodeVariable) is { Length: > 0 } named
            ? named.Split(',', StringSplitOptions.TrimEntries)
            : [GlobalOptions.DefaultNode];
    }

    private static Uri AddressOf(string text)
    {
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw CliException.Usage($"'{text}' is no address of a node: give --node or {GlobalOptions.NodeVariable} as http://HOST:PORT.");
    }

    private string Home()
    {
        if ((parse.GetValue(globals.Home) ?? Environment.Variable(GlobalOptions.HomeVariable)) is { Length: > 0 } named)
            return Path.GetFullPath(named);
        return Environment.Variable("HOME") is { Length: > 0 } home
            ? Path.Combine(home, ".seqctl")
            : throw CliException.Usage($"There is no home folder: give --home DIR or {GlobalOptions.HomeVariable}.");
    }
}
