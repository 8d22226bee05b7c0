using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.SystemTests.Scripts;

namespace SharedSequencer.SystemTests.Engine;

/// <summary>A stock client of CometBFT's RPC (@cosmjs/tendermint-rpc, under <c>test/cosmjs</c>). Needs node and npm.</summary>
internal static class CosmjsReader
{
    /// <summary>Has it submit a transaction and read the chain.</summary>
    /// <returns>By call, the shape of what it understood.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(LocalNetwork network)
    {
        using var folder = new TemporaryFolder();
        var transaction = await TwoEngines.SignAsync(network);
        var output = folder.File("read.jsonl");
        await NodeScripts.RunAsync("cosmjs", "@cosmjs/tendermint-rpc", output, "read.mjs", network.Endpoints.CometbftRpc[0], Convert.ToHexString(transaction.Raw.Span));
        var lines = (await File.ReadAllLinesAsync(output)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.That(lines[^1].GetProperty("call").GetString(), Is.EqualTo("done"));
        return lines.SkipLast(1).ToDictionary(line => line.GetProperty("call").GetString()!, line => line.GetProperty("value").GetRawText());
    }
}
