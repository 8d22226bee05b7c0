using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.SystemTests.Engine;

/// <summary>The embedded engine's RPC beside a real CometBFT's: for the same question the same answer, but for its values.</summary>
internal sealed partial class SideBySideTests
{
    private TwoEngines _engines = null!;
    private HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _http = new HttpClient();
        _engines = await TwoEngines.StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http?.Dispose();
        if (_engines is not null)
            await _engines.DisposeAsync();
    }

    [Test]
    public async Task Calls_by_URI_are_answered_alike()
    {
        // The registration's height and hash are found in each chain by itself.
        string[] calls =
        [
            "health", "status", "genesis", "abci_info", "nosuch", "websocket/x",
            "header?height=1", "header?height={tx}", "block?height=1", "block?height={tx}", "block_by_hash?hash=0x{block}", "header_by_hash?hash=0x{block}",
            "block_by_hash?hash=0x00", "header_by_hash?hash=0x00", "block_results?height=1", "block_results?height={tx}", "block_results?height=999999",
            "blockchain?minHeight=1&maxHeight=2", "blockchain?minHeight=2&maxHeight=1", "blockchain?minHeight=-1&maxHeight=1",
            "commit?height=1", "commit?height={tx}", "commit?height=\"1\"", "commit?height=999999", "commit?height=0", "commit?height=-1", "commit?height=x",
            "validators?height=1", "validators?height=1&page=1&per_page=1", "validators?height=1&page=2", "validators?height=1&page=0", "validators?height=999999",
            "consensus_params?height=1", "consensus_params?height=999999",
            "tx?hash=0x{hash}", "tx?hash=0x{hash}&prove=true", "tx?hash=0x00&prove=true", "tx",
            "abci_query?path=\"/store/state/key\"&data=\"root\"&prove=true", "abci_query?path=\"/nosuch\"&data=0x00", "abci_query?path=\"/store/state/key\"&data=\"root\"",
            "broadcast_tx_sync?tx=0x00", "broadcast_tx_async?tx=0x01", "broadcast_tx_commit?tx=0x02", "broadcast_tx_sync?tx=0x{raw}",
        ];
        var real = await PlaceAsync(_engines.Real);
        var embedded = await PlaceAsync(_engines.Embedded);
        Assert.Multiple(async () =>
        {
            foreach (var call in calls)
                Assert.That(await GetAsync(_engines.Embedded, embedded(call)), Is.EqualTo(await GetAsync(_engines.Real, real(call))), call);
        });
    }

    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"health"}""")]
    [TestCase("""{"jsonrpc":"2.0","id":"text","method":"health","params":[]}""")]
    [TestCase("""[{"jsonrpc":"2.0","id":1,"method":"health","params":{}},{"jsonrpc":"2.0","id":"x","method":"nope","params":[]}]""")]
    [TestCase("""{"jsonrpc":"2.0","method":"health"}""")]
    [TestCase("[]")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"nope"}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"commit","params":{"height":"1"}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"commit","params":["1"]}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"commit","params":{"height":1}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"commit","params":{"height":"1","unknown":3}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"commit","params":{"height":"-1"}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"commit","params":{"height":null}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"tx","params":{"hash":"AA==","prove":true}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"validators","params":{"page":"7"}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"blockchain","params":{"minHeight":"5","maxHeight":"3"}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"abci_query","params":{"path":"/store/state/key","data":"726F6F74","height":"0","prove":true}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"broadcast_tx_sync","params":{"tx":"AwQ="}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"query":"tm.event = 'NewBlock'"}}""")]
    public async Task Calls_by_JSON_RPC_are_answered_alike(string body)
    {
        Assert.That(await PostAsync(_engines.Embedded, body), Is.EqualTo(await PostAsync(_engines.Real, body)));
    }

    [Test]
    public async Task A_stock_client_library_understands_both_alike()
    {
        var real = await CosmjsReader.ReadAsync(_engines.Real);
        var embedded = await CosmjsReader.ReadAsync(_engines.Embedded);

        Assert.That(embedded.Keys, Is.EqualTo(real.Keys));
        Assert.That(real, Has.Count.GreaterThan(12));
        Assert.Multiple(() =>
        {
            foreach (var (call, understood) in real)
                Assert.That(embedded[call], Is.EqualTo(understood), call);
        });
    }

    /// <summary>Fills in a chain's own height, hashes and bytes.</summary>
    private async Task<Func<string, string>> PlaceAsync(LocalNetwork network)
    {
        using var client = new SequencerClient(network.Validators[0].Api);
        using var rpc = new SharedSequencer.CometBft.Rpc.CometRpcClient(new() { Address = network.Endpoints.CometbftRpc[0] });
        var height = (await rpc.StatusAsync()).LatestHeight;
        for (; height > 0; height--)
        {
            var block = await rpc.BlockAsync(height);
            if (block.Transactions.Length == 0)
                continue;
            var raw = block.Transactions[1];
            return call => call
                .Replace("{tx}", $"{height}", StringComparison.Ordinal)
                .Replace("{block}", Convert.ToHexString(block.BlockId.Hash!.Value.Span), StringComparison.Ordinal)
                .Replace("{hash}", Convert.ToHexString(SharedSequencer.Primitives.Hash256.Of(raw.Span).Span), StringComparison.Ordinal)
                .Replace("{raw}", Convert.ToHexString(raw.Span), StringComparison.Ordinal);
        }

        throw new AssertionException("No block holds the registration.");
    }

    private async Task<string> GetAsync(LocalNetwork network, string call)
    {
        using var answer = await _http.GetAsync(new Uri($"{network.Endpoints.CometbftRpc[0]}/{call}"));
        return $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType?.MediaType} {Skeleton(await answer.Content.ReadAsStringAsync())}";
    }

    private async Task<string> PostAsync(LocalNetwork network, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri(network.Endpoints.CometbftRpc[0]), content);
        return $"{(int)answer.StatusCode} {Skeleton(await answer.Content.ReadAsStringAsync())}";
    }

    /// <summary>An answer without its values: members in their order, kinds, the length of lists, and an error's words without its numbers.</summary>
    private static string Skeleton(string text)
    {
        if (text.Length == 0 || text[0] is not ('{' or '['))
            return text;
        using var document = JsonDocument.Parse(text);
        var result = new StringBuilder();
        Write(document.RootElement, "", isError: false, result);
        return result.ToString();
    }

    private static void Write(JsonElement json, string name, bool isError, StringBuilder result)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                result.Append('{');
                foreach (var member in json.EnumerateObject())
                {
                    result.Append(member.Name).Append(':');
                    Write(member.Value, member.Name, isError || member.Name == "error", result);
                    result.Append(',');
                }

                result.Append('}');
                break;
            case JsonValueKind.Array:
                result.Append('[');
                foreach (var item in json.EnumerateArray())
                {
                    Write(item, name, isError, result);
                    result.Append(',');
                }

                result.Append(']');
                break;
            case JsonValueKind.String when isError || name is "log" or "type" or "jsonrpc" or "codespace":
                result.Append(Digits().Replace(json.GetString()!, "N"));
                break;
            case JsonValueKind.String:
                result.Append(json.GetString()!.Length == 0 ? "empty" : Digits().IsMatch(json.GetString()!) && long.TryParse(json.GetString(), out _) ? "integer" : "text");
                break;
            default:
                result.Append(json.GetRawText());
                break;
        }
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
