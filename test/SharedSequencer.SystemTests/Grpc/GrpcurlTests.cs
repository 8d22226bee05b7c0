using System.Text.Json.Nodes;
using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.SystemTests.Engine;

namespace SharedSequencer.SystemTests.Grpc;

/// <summary>A foreign client, grpcurl (grpc-go), that knows nothing of our service but what reflection tells.</summary>
[OnBothEngines]
internal sealed class GrpcurlTests(NetworkEngine engine)
{
    // grpcurl adds this to the status code.
    private const int FirstExitCode = 64;

    private static readonly string[] s_services =
    [
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
        "sequencer.v1.SequencerService",
    ];

    private GrpcChain _chain = null!;

    [OneTimeSetUp]
    public async Task Open() => _chain = await GrpcChains.OfAsync(engine);

    [Test]
    public async Task It_lists_the_services_and_their_methods()
    {
        var services = await GoodAsync("list");
        var methods = await GoodAsync("list", "sequencer.v1.SequencerService");

        Assert.That(Lines(services), Is.EqualTo(s_services));
        Assert.That(Lines(methods), Has.Length.EqualTo(15).And.Contains("sequencer.v1.SequencerService.FollowSlices"));
    }

    [Test]
    public async Task It_describes_all_that_there_is()
    {
        var all = await GoodAsync("describe");
        var message = await GoodAsync("describe", "sequencer.v1.SliceProof");

        Assert.That(all, Does.Contain("rpc FollowSlices ( .sequencer.v1.FollowSlicesRequest ) returns ( stream .sequencer.v1.SliceEvent );"));
        Assert.That(s_services.Select(service => service.Split('.')[^1]), Has.All.Matches<string>(name => all.Contains($"service {name} {{", StringComparison.Ordinal)));
        Assert.That(message, Does.Contain("bytes light_block = 1;"));
    }

    [Test]
    public async Task It_calls_a_method_with_one_answer()
    {
        var slice = JsonNode.Parse(await CallAsync(
            "GetSlice", $$"""{"namespace": {"name": "{{GrpcChain.Name}}"}, "height": {{_chain.Heights[2]}}, "proof": true}"""))!;

        Assert.That((string)slice["number"]!, Is.EqualTo("3"));
        Assert.That(slice["entries"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That(Convert.FromBase64String((string)slice["entries"]![0]!["payload"]!), Is.EqualTo("slice 3"u8.ToArray()));
        Assert.That(Convert.FromBase64String((string)slice["namespace"]!), Is.EqualTo(Convert.FromHexString(GrpcChain.Namespace.ToString())));
        Assert.That((string?)slice["proof"]!["lightBlock"], Is.Not.Empty);
    }

    [Test]
    public async Task It_follows_a_stream_to_its_deadline()
    {
        var (exitCode, output) = await RunAsync(
            "-max-time", "5", "-d", $$"""{"namespace": {"name": "{{GrpcChain.Name}}"}, "from": 2}""",
            _chain.Address, "sequencer.v1.SequencerService/FollowSlices");

        Assert.That(exitCode, Is.EqualTo(FirstExitCode + 4), output);
        Assert.That(output, Does.Contain("DeadlineExceeded"));
        for (var i = 2; i <= GrpcChain.Slices; i++)
            Assert.That(output, Does.Contain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"slice {i}"))));
        Assert.That(output, Does.Not.Contain(Convert.ToBase64String("slice 1"u8)));
        Assert.That(output, Does.Contain("\"tip\""));
    }

    [Test]
    public async Task It_prints_an_error_with_its_reason()
    {
        var (exitCode, output) = await RunAsync("-d", """{"height": 1000000000}""", _chain.Address, "sequencer.v1.SequencerService/GetBlock");

        Assert.That(exitCode, Is.EqualTo(FirstExitCode + 11), output);
        Assert.That(output, Does.Contain("Code: OutOfRange"));
        Assert.That(output, Does.Contain("Height 1000000000 is not committed yet"));
        Assert.That(output, Does.Match("\"reason\": ?\"not_yet\""));
        Assert.That(output, Does.Match("\"domain\": ?\"sequencer.v1\""));
    }

    [Test]
    public async Task It_sees_the_node_healthy()
    {
        var health = await GoodAsync("grpc.health.v1.Health/Check");

        Assert.That(health, Does.Contain("SERVING").And.Not.Contain("NOT_SERVING"));
    }

    private Task<string> CallAsync(string method, string request) =>
        GoodAsync(["-d", request], $"sequencer.v1.SequencerService/{method}");

    private Task<string> GoodAsync(params string[] arguments) => GoodAsync([], arguments);

    private async Task<string> GoodAsync(string[] flags, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync([.. flags, _chain.Address, .. arguments]);
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var program = ProgramFinder.Find(ProgramKind.Grpcurl, ProgramFinder.FindRoot());
        if (program is null)
            Assert.Ignore("grpcurl is missing: install it with 'go install github.com/fullstorydev/grpcurl/cmd/grpcurl@latest', or name it with GRPCURL.");
        using var files = new TemporaryFolder();
        var log = files.File("output");
        await using var process = ManagedProcess.Start(new ProcessSpec("grpcurl", program!, ["-plaintext", .. arguments], log));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));

        // Stopping waits for the last of the output.
        await process.StopAsync(TimeSpan.FromSeconds(10));
        return (process.ExitCode, await File.ReadAllTextAsync(log));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
