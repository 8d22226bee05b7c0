using FsCheck;
using FsCheck.Fluent;
using FsCheck.NUnit;
using NUnit.Framework;
using SharedSequencer.Hosting.Configuration;

namespace SharedSequencer.Tests.Hosting;

public sealed class SettingCatalogueTests
{
    private static readonly Setting<string> s_name = Setting.Text("name", "a \"quoted\" \\ name", "The name.\nOn two lines.");
    private static readonly Setting<long> s_count = Setting.Integer("count", 7, 1, 100, "How many.");
    private static readonly Setting<bool> s_loud = Setting.Boolean("loud", true, "Whether.");
    private static readonly Setting<IReadOnlyList<string>> s_peers = Setting.Texts("peers", ["a", "b"], "Who.");
    private static readonly Setting<ListenAddress> s_listen = Setting.Listen("api.listen", "127.0.0.1:8080", "Where.");
    private static readonly Setting<TimeSpan> s_wait = Setting.Duration(
        "api.wait", TimeSpan.FromMilliseconds(20), TimeSpan.Zero, TimeSpan.FromMinutes(1), "How long.");
    private static readonly Setting<Uri?> s_upstream = Setting.Optional(Setting.Url("api.upstream", "", "Where to."));
    private static readonly Setting<string> s_mode = Setting.Choice("mode", "fast", ["fast", "slow"], "How.");

    private static readonly SettingCatalogue s_catalogue =
        new("example", s_name, s_count, s_loud, s_peers, s_mode, s_listen, s_wait, s_upstream);

    private static readonly Dictionary<string, string> s_noVariables = [];

    [Test]
    public void The_template_is_read_back_as_the_defaults()
    {
        var values = Load(s_catalogue.Template());

        Assert.Multiple(() =>
        {
            Assert.That(values.Get(s_name), Is.EqualTo("a \"quoted\" \\ name"));
            Assert.That(values.Get(s_count), Is.EqualTo(7));
            Assert.That(values.Get(s_loud), Is.True);
            Assert.That(values.Get(s_peers), Is.EqualTo(new[] { "a", "b" }));
            Assert.That(values.Get(s_mode), Is.EqualTo("fast"));
            Assert.That(values.Get(s_listen).ToString(), Is.EqualTo("127.0.0.1:8080"));
            Assert.That(values.Get(s_wait), Is.EqualTo(TimeSpan.FromMilliseconds(20)));
            Assert.That(values.Get(s_upstream), Is.Null);
        });
    }

    [Test]
    public void The_template_comments_each_key_with_its_description_bounds_and_variable()
    {
        var template = s_catalogue.Template();

        Assert.That(template, Does.Contain(
            "\n# How many.\n# It must be an integer from 1 to 100. SEQ_EXAMPLE_COUNT\ncount = 7\n"));
        Assert.That(template, Does.Contain("# The name.\n# On two lines.\n"));
        Assert.That(template, Does.Contain("\n[api]\n\n# Where.\n"));
    }

    [Test]
    public void The_file_overrides_defaults_and_the_environment_overrides_the_file()
    {
        var values = Load(
            "count = 8\npeers = [\"c\"]\n[api]\nwait = \"3s\"\n",
            new() { ["SEQ_EXAMPLE_COUNT"] = "9", ["SEQ_EXAMPLE_API_UPSTREAM"] = "http://127.0.0.1:1", ["SEQ_EXAMPLE_PEERS"] = "x, y", ["SEQ_OTHER"] = "z" });

        Assert.Multiple(() =>
        {
            Assert.That(values.Get(s_count), Is.EqualTo(9));
            Assert.That(values.Get(s_peers), Is.EqualTo(new[] { "x", "y" }));
            Assert.That(values.Get(s_wait), Is.EqualTo(TimeSpan.FromSeconds(3)));
            Assert.That(values.Get(s_upstream), Is.EqualTo(new Uri("http://127.0.0.1:1")));
        });
    }

    [TestCase("count = 0", "example.toml, line 1: count is \"0\"; it must be an integer from 1 to 100.")]
    [TestCase("\n\ncuont = 1", "example.toml, line 3: there is no setting 'cuont'. Do you mean 'count'?")]
    [TestCase("count = \"8\"", "example.toml, line 1: count must be an integer from 1 to 100, written like 7.")]
    [TestCase("count = 1.5", "example.toml, line 1: count must be an integer from 1 to 100, written like 7.")]
    [TestCase("peers = [1]", "example.toml, line 1: peers must be a list of texts, written like [\"a\", \"b\"].")]
    [TestCase("mode = \"other\"", "example.toml, line 1: mode is \"other\"; it must be one of fast, slow.")]
    [TestCase("[api]\nlisten = \"8080\"", "example.toml, line 2: api.listen is \"8080\"; it must be an address and port")]
    [TestCase("[api]\nupstream = \"ftp://x\"", "example.toml, line 2: api.upstream is \"ftp://x\"; it must be a URL")]
    [TestCase("[api]\nwait = \"2h\"", "api.wait is \"2h\"; it must be a time such as")]
    [TestCase("[[api]]\nwait = \"2s\"", "line 1: lists of tables")]
    public void A_fault_in_the_file_is_named_with_its_line_key_value_and_what_is_allowed(string text, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => Load(text));

        Assert.That(error!.Errors, Has.Count.EqualTo(1));
        Assert.That(error.Message, Does.Contain(expected));
    }

    [TestCase("count = = 1")]
    [TestCase("count = 1\ncount = 2")]
    public void Text_that_is_no_toml_is_refused_with_its_line(string text) =>
        Assert.That(() => Load(text), Throws.TypeOf<ConfigurationException>().With.Message.Contains("example.toml, line "));

    [Test]
    public void All_faults_are_told_at_once()
    {
        var error = Assert.Throws<ConfigurationException>(() => Load(
            "count = 0\nnothing = 1\n", new() { ["SEQ_EXAMPLE_LOUD"] = "yes", ["SEQ_EXAMPLE_CONT"] = "1" }));

        Assert.That(error!.Errors, Is.EquivalentTo(new[]
        {
            "example.toml, line 1: count is \"0\"; it must be an integer from 1 to 100.",
            "example.toml, line 2: there is no setting 'nothing'.",
            "environment variable SEQ_EXAMPLE_LOUD: loud is \"yes\"; it must be true or false.",
            "There is no setting for the environment variable SEQ_EXAMPLE_CONT. Do you mean 'SEQ_EXAMPLE_COUNT'?",
        }));
    }

    [Test]
    public void A_value_that_is_needed_and_not_given_is_told()
    {
        var needed = Setting.RequiredText("namespace", "Which.", "a name");
        var catalogue = new SettingCatalogue("example", needed);

        Assert.That(needed.IsRequired, Is.True);
        Assert.That(
            () => catalogue.Load([], "example.toml", s_noVariables),
            Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("example.toml: namespace is \"\"; it must be a name, and is needed."));
    }

    [Test]
    public void Loading_writes_the_file_when_there_is_none_and_keeps_the_one_that_is_there()
    {
        var home = Directory.CreateTempSubdirectory("seq-").FullName;
        try
        {
            Assert.That(s_catalogue.Load(home, s_noVariables).Get(s_count), Is.EqualTo(7));
            Assert.That(File.ReadAllText(Path.Combine(home, "config", "example.toml")), Is.EqualTo(s_catalogue.Template()));

            File.WriteAllText(s_catalogue.FileIn(home), "count = 8\n");
            Assert.That(s_catalogue.Load(home, s_noVariables).Get(s_count), Is.EqualTo(8));
            Assert.That(s_catalogue.WriteTemplate(home), Is.False);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [FsCheck.NUnit.Property]
    public Property Every_text_survives_the_template() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>().Filter(t => !t.Get.Any(char.IsControl) && !t.Get.Any(char.IsSurrogate)),
        text =>
        {
            var setting = Setting.Text("text", text.Get, "Any.");
            var catalogue = new SettingCatalogue("example", setting);
            return catalogue.Load(SettingsFile.Parse(catalogue.Template(), "example.toml"), "example.toml", s_noVariables).Get(setting) == text.Get;
        });

    [FsCheck.NUnit.Property]
    public Property A_duration_survives_its_text() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNegativeInt>(),
        milliseconds =>
        {
            var span = TimeSpan.FromMilliseconds(milliseconds.Get);
            return DurationText.TryParse(DurationText.Format(span), out var read) && read == span;
        });

    [TestCase("")]
    [TestCase("s")]
    [TestCase("5")]
    [TestCase("-5s")]
    [TestCase("1.5s")]
    [TestCase("5 s")]
    [TestCase("99999999999999999999d")]
    [TestCase("2147483647d")]
    public void Text_that_is_no_duration_is_refused(string text) => Assert.That(DurationText.TryParse(text, out _), Is.False);

    [TestCase("127.0.0.1:0", true)]
    [TestCase("[::1]:8080", true)]
    [TestCase("0.0.0.0:65535", false)]
    [TestCase("localhost:80", true)]
    public void A_listen_address_is_read(string text, bool loopback)
    {
        Assert.That(ListenAddress.TryParse(text, out var address), Is.True);
        Assert.That(address.IsLoopback, Is.EqualTo(loopback));
    }

    [TestCase("")]
    [TestCase(":80")]
    [TestCase("127.0.0.1")]
    [TestCase("127.0.0.1:65536")]
    [TestCase("127.0.0.1:-1")]
    [TestCase("::1:80")]
    [TestCase("example.org:80")]
    public void Text_that_is_no_listen_address_is_refused(string text) => Assert.That(ListenAddress.TryParse(text, out _), Is.False);

    private static SettingValues Load(string text, Dictionary<string, string>? environment = null) =>
        s_catalogue.Load(SettingsFile.Parse(text, "example.toml"), "example.toml", environment ?? s_noVariables);
}
