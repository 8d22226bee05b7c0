using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Primitives;
using SharedSequencer.Tests.Merkle;

namespace SharedSequencer.Tests.Engine;

/// <summary>The engine's answers held against recorded ones of a real CometBFT: the same members, of the same kinds.</summary>
internal sealed class RpcShapeTests
{
    private EngineRig _rig = null!;
    private HttpClient _http = null!;
    private string _hash = null!;
    private string _height = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _rig = new EngineRig();
        await _rig.StartAsync(run: false);
        await _rig.Engine.AdvanceAsync(1);
        var answer = await _rig.Rpc.BroadcastAsync(_rig.Sign(0).Raw);
        await _rig.Engine.AdvanceAsync(3);
        _hash = Convert.ToHexString(answer.Hash.Span);
        _height = "2";
        _http = new HttpClient { BaseAddress = new Uri(_rig.Engine.RpcAddress) };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http?.Dispose();
        await _rig.DisposeAsync();
    }

    [TestCase("status.json", "status")]
    [TestCase("genesis.json", "genesis")]
    [TestCase("block_at_height_1.json", "block?height=1")]
    [TestCase("block_at_height_10.json", "block?height={height}")]
    [TestCase("block_results_at_height_10.json", "block_results?height={height}")]
    [TestCase("blockchain_from_1_to_10.json", "blockchain?minHeight=1&maxHeight=3")]
    [TestCase("commit_at_height_10.json", "commit?height={height}")]
    [TestCase("consensus_params.json", "consensus_params?height={height}")]
    [TestCase("abci_query_with_existing_key.json", "abci_query?path=\"/store/state/key\"&data=\"root\"&prove=false")]
    [TestCase("broadcast_tx_sync.json", "broadcast_tx_sync?tx=0x00")]
    [TestCase("tx_search_with_prove.json", "tx?hash=0x{hash}&prove=true", "txs")]
    public async Task An_answer_has_the_shape_of_the_recorded_one(string file, string call, string? listed = null)
    {
        var recorded = VectorFiles.Read(Path.Combine(VectorFiles.ForeignFolder("cometbft-rpc"), file)).GetProperty("result");
        if (listed is not null)
            recorded = recorded.GetProperty(listed)[0];
        var uri = call.Replace("{height}", _height, StringComparison.Ordinal).Replace("{hash}", _hash, StringComparison.Ordinal);

        var answer = JsonDocument.Parse(await _http.GetStringAsync(uri)).RootElement;

        Assert.That(answer.GetProperty("jsonrpc").GetString(), Is.EqualTo("2.0"));
        Compare(recorded, answer.GetProperty("result"), "result");
    }

    [Test]
    public async Task An_event_has_the_shape_of_the_recorded_one()
    {
        var recorded = VectorFiles.Read(Path.Combine(VectorFiles.ForeignFolder("cometbft-rpc"), "subscribe_newblock_0.json")).GetProperty("result");
        using var subscriber = await Subscriber.OpenAsync(_rig.Engine.RpcAddress, "tm.event = 'NewBlock'");
        await _rig.Engine.AdvanceAsync(1);

        Compare(recorded, (await subscriber.NextAsync()).GetProperty("result"), "result");
    }

    [Test]
    public async Task A_batch_is_answered_in_order_and_a_notification_not_at_all()
    {
        var answer = await PostAsync("""[{"jsonrpc":"2.0","id":7,"method":"health"},{"jsonrpc":"2.0","method":"health"},{"jsonrpc":"2.0","id":"x","method":"nope","params":[]}]""");
        Assert.That(answer, Is.EqualTo("""[{"jsonrpc":"2.0","id":7,"result":{}},{"jsonrpc":"2.0","id":"x","error":{"code":-32601,"message":"Method not found"}}]"""));
        Assert.That(await PostAsync("""{"jsonrpc":"2.0","method":"health"}"""), Is.Empty);
        Assert.That(await PostAsync("[]"), Is.Empty);
    }

    [Test]
    public async Task Parameters_come_by_name_or_by_place()
    {
        var byName = await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"header","params":{"height":"2","unknown":3}}""");
        var byPlace = await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"header","params":["2"]}""");
        Assert.That(byPlace, Is.EqualTo(byName));
        Assert.That(byName, Does.Contain("\"height\":\"2\""));
    }

    [TestCase("{bad", -32700)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"header","params":{"height":2}}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"header","params":{"height":"two"}}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"header","params":["1","2"]}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"broadcast_tx_sync","params":{"tx":"!!"}}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"broadcast_tx_sync","params":{"tx":5}}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"tx","params":{"hash":"AA==","prove":"yes"}}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"tx","params":{"hash":"AA=="}}""", -32603)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"abci_query","params":{"data":"zz"}}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"header","params":7}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":5}""", -32601)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"query":"tm.event = 'Tx'"}}""", -32601)]
    [TestCase("""{"jsonrpc":"2.0","id":{},"method":"health"}""", -32700)]
    [TestCase("5", -32700)]
    public async Task What_is_wrong_is_answered_with_the_code_of_its_kind(string request, int code)
    {
        var error = JsonDocument.Parse(await PostAsync(request)).RootElement.GetProperty("error");

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(code));
    }

    [Test]
    public async Task A_session_has_five_subscriptions_and_each_once()
    {
        using var subscriber = await Subscriber.OpenAsync(_rig.Engine.RpcAddress, "tm.event = 'Tx'");
        Assert.That(Error(await subscriber.AskAsync("subscribe", new { query = "tm.event = 'Tx'" })), Is.EqualTo("already subscribed"));
        Assert.That(Error(await subscriber.AskAsync("subscribe", new { query = "no query" })), Does.StartWith("failed to parse query"));
        Assert.That(Error(await subscriber.AskAsync("unsubscribe", new { query = "tm.event = 'Other'" })), Is.EqualTo("subscription not found"));
        for (var i = 0; i < 4; i++)
            Assert.That(Error(await subscriber.AskAsync("subscribe", new { query = $"tx.height > {i}" })), Is.Empty);
        Assert.That(Error(await subscriber.AskAsync("subscribe", new { query = "tx.height > 9" })), Does.Contain("max_subscriptions_per_client"));
        Assert.That(Error(await subscriber.AskAsync("unsubscribe_all", new { })), Is.Empty);
        Assert.That(Error(await subscriber.AskAsync("unsubscribe_all", new { })), Is.EqualTo("subscription not found"));
        Assert.That(Error(await subscriber.AskAsync("health", new { })), Is.Empty);
    }

    [Test]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using var content = new ByteArrayContent(new byte[1_100_000]);
        using var answer = await _http.PostAsync("/", content);
        Assert.That((int)answer.StatusCode, Is.EqualTo(413));
    }

    [Test]
    public void Heights_out_of_range_fail_as_our_client_knows_it()
    {
        Assert.That(Assert.ThrowsAsync<CometRpcException>(() => _rig.Rpc.CommitAsync(1_000_000))!.Failure, Is.EqualTo(CometRpcFailure.HeightAhead));
        Assert.That(Assert.ThrowsAsync<CometRpcException>(() => _rig.Rpc.TransactionAsync(Hash256.Zero, false))!.Failure, Is.EqualTo(CometRpcFailure.NotFound));
    }

    private static string Error(JsonElement answer) =>
        answer.TryGetProperty("error", out var error) ? error.GetProperty("data").GetString()! : "";

    private async Task<string> PostAsync(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync("/", content);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Go leaves some empty lists out, and writes others as null.</summary>
    private static bool IsNothing(JsonElement json) =>
        json.ValueKind == JsonValueKind.Null || (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 0);

    private static void Compare(JsonElement recorded, JsonElement answer, string path)
    {
        if (IsNothing(recorded) || IsNothing(answer))
            return;
        Assert.That(Kind(answer), Is.EqualTo(Kind(recorded)), path);
        if (recorded.ValueKind == JsonValueKind.Array)
        {
            Compare(recorded[0], answer[0], path + "[0]");
        }
        else if (recorded.ValueKind == JsonValueKind.Object)
        {
            string[] free = path == "result.genesis" ? ["app_state"] : path.EndsWith("result_finalize_block", StringComparison.Ordinal) ? ["tx_results"] : [];
            var expected = recorded.EnumerateObject().Where(member => !IsNothing(member.Value)).Select(member => member.Name);
            var names = answer.EnumerateObject().Select(member => member.Name).Except(free).ToList();
            Assert.That(names, Is.SupersetOf(expected), path);
            Assert.That(names, Is.SubsetOf(recorded.EnumerateObject().Select(member => member.Name)), path);
            foreach (var member in answer.EnumerateObject().Where(member => names.Contains(member.Name)))
                Compare(recorded.GetProperty(member.Name), member.Value, $"{path}.{member.Name}");
        }
    }

    private static JsonValueKind Kind(JsonElement json) => json.ValueKind == JsonValueKind.False ? JsonValueKind.True : json.ValueKind;
}
