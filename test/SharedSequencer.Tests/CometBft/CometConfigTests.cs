using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;

namespace SharedSequencer.Tests.CometBft;

[TestFixture]
public sealed class CometConfigTests
{
    private const string Config = """
        # The application
        proxy_app = "tcp://127.0.0.1:26658"

        [mempool]
        # type = "nop"
        size = 5000

        [[p2p.overrides]]
        size = 7

        [consensus]
        size = 1
        """;

    [Test]
    public void Only_the_named_key_of_its_section_changes()
    {
        var changed = CometConfig.Apply(
            Config, new Dictionary<string, string> { ["mempool.size"] = "9", ["proxy_app"] = "\"unix:///a=b\"" }, "config.toml");
        Assert.That(changed, Is.EqualTo(Config.Replace("size = 5000", "size = 9").Replace("\"tcp://127.0.0.1:26658\"", "\"unix:///a=b\"")));
        Assert.That(CometConfig.Apply(Config, new Dictionary<string, string>(), "config.toml"), Is.EqualTo(Config));
    }

    [TestCase("size")]
    [TestCase("mempool.type")]
    [TestCase("mempool.proxy_app")]
    [TestCase("overrides.size")]
    public void A_key_that_is_not_there_is_named(string key) => Assert.That(
        () => CometConfig.Apply(Config, new Dictionary<string, string> { [key] = "1" }, "config.toml"),
        Throws.InstanceOf<FormatException>().With.Message.Contains($"no key '{key}'"));

    [TestCase("a = 1\na = 2")]
    [TestCase("[s]\nmore")]
    [TestCase("list = [\n  1,\n]")]
    public void A_template_that_cannot_be_put_in_place_line_by_line_is_refused(string text) =>
        Assert.That(() => CometConfig.Parse(text, "template"), Throws.InstanceOf<FormatException>());

    [TestCase("v0.38")]
    [TestCase("v0.40")]
    public void Each_value_of_a_template_has_its_reason_above_it(string version)
    {
        var folder = Path.Combine(ProgramFinder.FindRoot(), "cometbft-config", version);
        var lines = File.ReadAllLines(Path.Combine(folder, "config.toml"));
        var values = CometConfig.Parse(string.Join('\n', lines), "config.toml");
        Assert.That(values, Has.Count.GreaterThan(6));
        var parameters = File.ReadAllLines(Path.Combine(folder, "consensus-params.jsonc"));
        Assert.That(
            () => JsonDocument.Parse(string.Join('\n', parameters), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }),
            Throws.Nothing);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Contains('=') && !lines[i].StartsWith('#'))
                Assert.That(lines[i - 1], Does.StartWith("# "), lines[i]);
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].Contains(": \""))
                Assert.That(parameters[i - 1].Trim(), Does.StartWith("// "), parameters[i]);
        }
    }
}
