using System.Text.Json.Nodes;
using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Scripts;

namespace SharedSequencer.SystemTests.Grpc;

/// <summary>The stock client of JavaScript, @grpc/grpc-js, with the .proto files. Needs node and npm.</summary>
[OnBothEngines]
internal sealed class GrpcJsTests(NetworkEngine engine)
{
    [Test]
    public async Task It_calls_submits_follows_and_understands_refusals()
    {
        var chain = await GrpcChains.OfAsync(engine);
        var root = ProgramFinder.FindRoot();
        using var folder = new TemporaryFolder();
        var output = folder.File("client.json");
        var transaction = await chain.NextAsync("from grpc-js");

        await NodeScripts.RunAsync(
            "grpc-js", "@grpc/grpc-js", output, "client.mjs", chain.Address,
            Path.Combine(root, "app", "SharedSequencer.Api", "Protos"), Path.Combine(root, "app", "SharedSequencer.Grpc", "Protos"),
            GrpcChain.Name, Convert.ToHexStringLower(transaction.Raw.Span), $"{GrpcChain.Slices}");
        var result = JsonNode.Parse(await File.ReadAllTextAsync(output))!;

        Assert.That((string)result["health"]!, Is.EqualTo("SERVING"));
        Assert.That((string)result["status"]!["chain_id"]!, Is.EqualTo(Node.LiveChain.ChainId));
        Assert.That((string)result["namespace"]!["head"]!["slice_count"]!, Is.EqualTo($"{GrpcChain.Slices}").Or.EqualTo($"{GrpcChain.Slices + 1}"));
        Assert.That((string)result["submitted"]!["state"]!, Is.EqualTo("TRANSACTION_STATE_RECEIVED"));
        Assert.That(Bytes(result["submitted"]!["id"]), Is.EqualTo(transaction.Id.Span.ToArray()));
        await chain.Client.WaitForAsync(transaction.Id, "final", TimeSpan.FromSeconds(60));

        var slices = result["slices"]!.AsArray();
        Assert.That(slices.Select(slice => (string)slice!["number"]!), Is.EqualTo(Enumerable.Range(1, GrpcChain.Slices).Select(i => $"{i}")));
        Assert.That(Bytes(slices[0]!["entries"]![0]!["payload"]), Is.EqualTo("slice 1"u8.ToArray()));

        AssertRefusal(result["unknown"]!, "NOT_FOUND", "not_found");
        AssertRefusal(result["ahead"]!, "OUT_OF_RANGE", "not_yet");
        AssertRefusal(result["late"]!, "DEADLINE_EXCEEDED", null);
    }

    private static void AssertRefusal(JsonNode refusal, string code, string? reason)
    {
        Assert.That((string?)refusal["code"], Is.EqualTo(code), refusal.ToJsonString());
        Assert.That((string?)refusal["reason"], Is.EqualTo(reason), refusal.ToJsonString());
    }

    private static byte[] Bytes(JsonNode? base64) => Convert.FromBase64String((string)base64!);
}
