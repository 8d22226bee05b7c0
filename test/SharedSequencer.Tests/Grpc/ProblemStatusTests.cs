using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Node.Grpc;

namespace SharedSequencer.Tests.Grpc;

/// <summary>What the node's problems are over gRPC, and where it serves.</summary>
internal sealed class ProblemStatusTests
{
    [TestCase(400, ProblemCodes.BadRequest, StatusCode.InvalidArgument)]
    [TestCase(404, ProblemCodes.NotFound, StatusCode.NotFound)]
    [TestCase(404, ProblemCodes.NotYet, StatusCode.OutOfRange)]
    [TestCase(410, ProblemCodes.Pruned, StatusCode.NotFound)]
    [TestCase(413, ProblemCodes.TooLarge, StatusCode.InvalidArgument)]
    [TestCase(422, "fee_too_low", StatusCode.FailedPrecondition)]
    [TestCase(429, ProblemCodes.TooManyRequests, StatusCode.ResourceExhausted)]
    [TestCase(503, ProblemCodes.Busy, StatusCode.Unavailable)]
    [TestCase(503, ProblemCodes.NotReady, StatusCode.Unavailable)]
    [TestCase(503, ProblemCodes.EngineUnavailable, StatusCode.Unavailable)]
    [TestCase(500, ProblemCodes.Internal, StatusCode.Internal)]
    public void A_problem_keeps_its_code_and_words(int status, string code, StatusCode expected)
    {
        var error = ProblemStatus.Of(Problems.Of(status, code, "Title", "What to do."));

        Assert.That(error.Status, Is.EqualTo(new Status(expected, "What to do.")));
        Assert.That(error.GetErrorInfo()!.Reason, Is.EqualTo(code));
        Assert.That(error.GetErrorInfo()!.Domain, Is.EqualTo("sequencer.v1"));
    }

    [TestCase(null, "127.0.0.1:9090")]
    [TestCase("0.0.0.0:7000", "0.0.0.0:7000")]
    [TestCase("none", null)]
    public void It_is_served_where_the_configuration_says(string? setting, string? expected)
    {
        Assert.That(Read(setting).Grpc?.ToString(), Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("9090")]
    [TestCase("off")]
    public void What_is_no_address_is_refused(string setting) =>
        Assert.That(Assert.Throws<ConfigurationException>(() => Read(setting))!.Message, Does.Contain("grpc.listen"));

    private static NodeOptions Read(string? setting)
    {
        var environment = new Dictionary<string, string>();
        if (setting is not null)
            environment["SEQ_SEQUENCER_GRPC_LISTEN"] = setting;
        return NodeSettings.Read(new NodeHome("/tmp/node"), NodeSettings.Catalogue.Load([], "sequencer.toml", environment));
    }
}
