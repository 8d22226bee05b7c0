using System.Reflection;
using NUnit.Framework;
using SharedSequencer.Tests.Client;

namespace SharedSequencer.Tests.Cli;

internal sealed class UsageTests
{
    private static readonly string[] s_commands =
    [
        "key new", "key import", "key list", "key show", "account show", "transfer", "namespace register", "namespace update",
        "namespace show", "namespace list", "submit", "tx show", "tx watch", "slice get", "slice follow", "slice verify", "status",
    ];

    private SeqctlRunner _seqctl = null!;

    [SetUp]
    public void MakeHome() => _seqctl = new SeqctlRunner();

    [TearDown]
    public void RemoveHome() => _seqctl.Dispose();

    [TestCaseSource(nameof(s_commands))]
    public async Task Every_command_has_help_with_examples_of_itself(string command)
    {
        var help = await _seqctl.RunAsync([.. command.Split(' '), "--help"]);

        Assert.That((help.Exit, help.Error), Is.EqualTo((0, "")));
        Assert.That(help.Out, Does.Contain("Usage:").And.Contain("Examples:\n  seqctl " + command));
        Assert.That(help.Out, Does.Contain("--node").And.Contain("--home").And.Contain("--key").And.Contain("--output").And.Contain("--trust"));
    }

    [Test]
    public async Task The_version_is_the_products()
    {
        var version = await _seqctl.RunAsync("--version");

        var built = typeof(SharedSequencer.Cli.CliEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!;
        Assert.That((version.Exit, version.Out.Trim()), Is.EqualTo((0, built.InformationalVersion)));
    }

    [TestCase("")]
    [TestCase("bogus")]
    [TestCase("key")]
    [TestCase("transfer")]
    [TestCase("transfer bob")]
    [TestCase("transfer bob 0")]
    [TestCase("transfer bob 1.1234567SEQ")]
    [TestCase("transfer bob -1")]
    [TestCase("status --output yaml")]
    [TestCase("status --node nonsense")]
    [TestCase("status --node ftp://host")]
    [TestCase("status extra")]
    [TestCase("submit notes")]
    [TestCase("submit notes --text a --hex 00")]
    [TestCase("submit notes --hex 0")]
    [TestCase("submit notes --hex zz")]
    [TestCase("submit notes --hex 0x")]
    [TestCase("submit NOTES --text a")]
    [TestCase("submit notes --text a --wait soon")]
    [TestCase("submit notes --text a --timeout -1")]
    [TestCase("namespace register Alpha")]
    [TestCase("namespace register 0123456789abcdef")]
    [TestCase("namespace register alpha --open --writer seq1")]
    [TestCase("namespace register alpha --data-mode half")]
    [TestCase("namespace show a")]
    [TestCase("tx show 12")]
    [TestCase("slice get notes 0")]
    [TestCase("slice get notes tip")]
    [TestCase("slice verify")]
    [TestCase("slice verify --file x --block-hash 12")]
    [TestCase("account show --prove --trust 12")]
    [TestCase("account show --prove --trust 0:0000000000000000000000000000000000000000000000000000000000000000 --height 1")]
    [TestCase("slice get notes 1 --trust x --node nonsense")]
    [TestCase("status --node http://a --node nonsense")]
    [TestCase("account show seq1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")]
    public async Task A_command_line_that_makes_no_sense_exits_2_and_says_why(string line)
    {
        _ = await _seqctl.RunAsync("key", "new", "bob");

        var refused = await _seqctl.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.That(refused.Exit, Is.EqualTo(2), refused.Error);
        Assert.That(refused.Error, Does.StartWith("seqctl: "));
        Assert.That(refused.Error, Does.Not.Contain("   at "));
    }

    [TestCase("status")]
    [TestCase("account show")]
    [TestCase("transfer bob 1")]
    [TestCase("namespace list")]
    [TestCase("namespace show notes")]
    [TestCase("namespace register notes")]
    [TestCase("submit notes --text a")]
    [TestCase("tx show 0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("slice get notes 1")]
    [TestCase("slice follow notes")]
    public async Task Without_a_node_every_command_exits_1_and_names_the_address_and_how_to_set_it(string line)
    {
        var gone = await ScriptedNode.StartAsync(_ => Task.CompletedTask);
        var address = gone.Address;
        await gone.DisposeAsync();
        _ = await _seqctl.RunAsync("key", "new", "bob");
        _seqctl.Node = address;

        var failed = await _seqctl.RunAsync([.. line.Split(' '), "--output", "json"]);

        Assert.That((failed.Exit, failed.Out), Is.EqualTo((1, "")));
        Assert.That(failed.Error, Does.Contain($"{address}").And.Contain("not reachable").And.Contain("--node URL or SEQ_NODE"));
        Assert.That(failed.Lines, Is.Empty);
    }

    [TestCase("namespace show notes")]
    [TestCase("namespace update notes --surcharge 1")]
    [TestCase("tx show 0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("tx watch 0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("slice get notes 1")]
    [TestCase("slice follow notes")]
    [TestCase("account show carol")]
    public async Task What_the_node_or_the_home_does_not_have_exits_3(string line)
    {
        await using var node = await ScriptedNode.StartAsync(context => ScriptedNode.RefuseAsync(context, 404, "not_found", "There is no such thing."));
        _ = await _seqctl.RunAsync("key", "new", "bob");
        _seqctl.Node = node.Address;

        var missing = await _seqctl.RunAsync(line.Split(' '));

        Assert.That((missing.Exit, missing.Out), Is.EqualTo((3, "")));
        Assert.That(missing.Error, Does.StartWith("seqctl: "));
    }

    [Test]
    public async Task A_refusal_by_the_node_exits_1_with_its_reason_and_code()
    {
        await using var node = await ScriptedNode.StartAsync(context => ScriptedNode.RefuseAsync(context, 410, "pruned", "Blocks before 500 are gone."));

        var refused = await _seqctl.RunAsync("slice", "get", "notes", "5", "--node", $"{node.Address}");

        Assert.That(refused.Exit, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("Blocks before 500 are gone.").And.Contain("pruned"));
    }
}
