using System.Reflection;
using NUnit.Framework;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Gateway;

public sealed class GatewaySettingsTests
{
    [Test]
    public void The_defaults_of_the_file_are_those_of_the_code()
    {
        var values = GatewaySettings.Catalogue.Load([], "gateway.toml", new Dictionary<string, string> { ["SEQ_GATEWAY_NAMESPACE"] = "alpha" });
        var options = GatewaySettings.Options(values, "/home");
        var expected = TestOptions.Create() with { Listen = options.Listen, NodeUrl = options.NodeUrl, GethUrl = options.GethUrl };

        Assert.That(options, Is.EqualTo(expected));
    }

    [Test]
    public void Every_setting_has_an_effect_on_the_options()
    {
        var options = typeof(GatewayOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance);
        Assert.That(GatewaySettings.Catalogue.Settings, Has.Count.EqualTo(options.Length - 1), "The namespace gives two.");
    }

    [TestCase("0123456789abcdef", "0123456789abcdef")]
    [TestCase("notes", "")]
    public void A_namespace_is_given_by_name_or_id(string text, string id)
    {
        var values = GatewaySettings.Catalogue.Load([], "gateway.toml", new Dictionary<string, string> { ["SEQ_GATEWAY_NAMESPACE"] = text });
        var given = GatewaySettings.Options(values, "/home").Namespace;
        Assert.That(given.ToString(), id.Length > 0 ? Is.EqualTo(id) : Is.EqualTo(NamespaceId.OfName(text).ToString()));
    }

    [TestCase("")]
    [TestCase("Alpha")]
    [TestCase("a")]
    public void A_namespace_that_can_be_none_is_refused(string text) => Assert.That(
        () => GatewaySettings.Catalogue.Load([], "gateway.toml", new Dictionary<string, string> { ["SEQ_GATEWAY_NAMESPACE"] = text }),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("namespace"));
}
