using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.CometBft;

[TestFixture]
public sealed class CometRpcClientTests
{
    private static readonly RecordedRun.Height s_height = RecordedRun.Heights[24];

    [Test]
    public async Task A_light_block_is_fetched_and_checked_against_its_hash()
    {
        await using var server = await AnsweringServer.WithResultsAsync(AsRecorded);
        using var client = Client(server.Address);
        var block = await new LightBlockFetcher(client).FetchAsync(25, s_height.Block.BlockId.Hash!.Value);
        Assert.That(block, Is.EqualTo(s_height.LightBlock));
        Assert.That((await client.BlockAsync(25)).BlockId, Is.EqualTo(s_height.Block.BlockId));
        Assert.That((await client.BlockResultsAsync(25)).Hash(), Is.EqualTo(RecordedRun.Heights[25].Block.Header.LastResultsHash));

        var next = await new LightBlockFetcher(client).FetchNextValidatorsAsync(block.Header);
        Assert.That(next.Hash(), Is.EqualTo(RecordedRun.Heights[25].Block.Header.ValidatorsHash));
    }

    [Test]
    public async Task A_validator_set_is_asked_for_once_and_again_when_a_header_names_another()
    {
        List<string> asked = [];
        await using var server = await AnsweringServer.WithResultsAsync((method, parameters) =>
        {
            lock (asked)
                asked.Add(method);
            return AsRecorded(method, parameters);
        });
        using var client = Client(server.Address);
        var fetcher = new LightBlockFetcher(client);
        var sets = new HashSet<Hash256?>();
        foreach (var height in RecordedRun.Heights)
        {
            var light = await fetcher.FetchAsync(height.LightBlock.Header.Height, height.Block.BlockId.Hash!.Value);
            Assert.That(light.Validators.Hash(), Is.EqualTo(light.Header.ValidatorsHash));
            sets.Add(light.Header.ValidatorsHash);
        }

        Assert.That(sets, Has.Count.AtLeast(2), "the recorded chain changes its set");
        Assert.That(asked.Count(m => m == "commit"), Is.EqualTo(RecordedRun.Heights.Length));
        Assert.That(asked.Count(m => m == "validators"), Is.InRange(sets.Count, RecordedRun.Heights.Length / 2));
    }

    [Test]
    public async Task A_light_block_of_another_hash_is_refused()
    {
        await using var server = await AnsweringServer.WithResultsAsync(AsRecorded);
        using var client = Client(server.Address);
        var exception = Assert.ThrowsAsync<CometRpcException>(
            () => new LightBlockFetcher(client).FetchAsync(25, RecordedRun.Heights[0].Block.BlockId.Hash!.Value))!;
        Assert.That(exception.Failure, Is.EqualTo(CometRpcFailure.Malformed));
        Assert.That(exception.Message, Does.Contain("the application executed block"));
    }

    [TestCase("header.app_hash", "\"00\"", "the application executed")]
    [TestCase("commit.block_id.hash", "\"\"", "the commit is for block (none)")]
    [TestCase("commit.height", "\"24\"", "the commit is of height 24")]
    [TestCase("commit.signatures", "[]", "0 places for 5 validators")]
    public async Task A_forged_commit_is_refused(string place, string value, string complaint)
    {
        await using var server = await AnsweringServer.WithResultsAsync(
            (method, parameters) => method == "commit"
                ? "\"result\":" + Changed(s_height.Json.GetProperty("commit"), "signed_header." + place, value)
                : AsRecorded(method, parameters));
        using var client = Client(server.Address);
        Assert.That(
            () => new LightBlockFetcher(client).FetchAsync(25, s_height.Block.BlockId.Hash!.Value),
            Throws.InstanceOf<CometRpcException>().With.Message.Contains(complaint));
    }

    [Test]
    public async Task A_commit_without_two_thirds_of_the_power_is_refused()
    {
        var commit = JsonNode.Parse(s_height.Json.GetProperty("commit").GetRawText())!;
        var voted = commit["signed_header"]!["commit"]!["signatures"]!.AsArray().Where(item => (int)item!["block_id_flag"]! == 2).ToArray();
        foreach (var signature in voted[1..])
            signature!["block_id_flag"] = 3;
        await using var server = await AnsweringServer.WithResultsAsync(
            (method, parameters) => method == "commit" ? "\"result\":" + commit.ToJsonString() : AsRecorded(method, parameters));
        using var client = Client(server.Address);
        Assert.That(
            () => new LightBlockFetcher(client).FetchAsync(25, s_height.Block.BlockId.Hash!.Value),
            Throws.InstanceOf<CometRpcException>().With.Message.Contains("power signed it"));
    }

    [Test]
    public async Task Every_page_of_a_large_validator_set_is_joined()
    {
        await using var server = await AnsweringServer.WithResultsAsync((_, parameters) => Page(parameters, count: 250, total: 250));
        using var client = Client(server.Address);
        var set = await client.ValidatorsAsync(7, null);
        Assert.That(set.Validators, Has.Length.EqualTo(250));
        Assert.That(set.Validators.Select(validator => validator.VotingPower), Is.EqualTo(Enumerable.Range(1, 250).Reverse()));
        Assert.That(() => client.ValidatorsAsync(7, Hash256.Zero), Throws.InstanceOf<CometRpcException>().With.Message.Contains("as the header says"));
    }

    [TestCase(250, 251, "7", "250 of 251 are there")]
    [TestCase(250, 20_000, "7", "100 of 20000 are there")]
    [TestCase(0, 0, "7", "0 of 0 are there")]
    [TestCase(250, 150, "7", "200 of 150 are there")]
    [TestCase(250, 250, "8", "of height 8")]
    public async Task Pages_that_contradict_each_other_are_refused(int count, int total, string height, string complaint)
    {
        await using var server = await AnsweringServer.WithResultsAsync((_, parameters) => Page(parameters, count, total, height));
        using var client = Client(server.Address);
        Assert.That(
            () => client.ValidatorsAsync(7, null),
            Throws.InstanceOf<CometRpcException>().With.Message.Contains(complaint));
    }

    [TestCase("\"error\":{\"code\":-32603,\"message\":\"Internal error\",\"data\":\"tx already exists in cache\"}", BroadcastOutcome.AlreadyInCache)]
    [TestCase("\"error\":{\"code\":-32603,\"message\":\"Internal error\",\"data\":\"tx already seen\"}", BroadcastOutcome.AlreadyInCache)]
    [TestCase("\"error\":{\"code\":-32603,\"message\":\"Internal error\",\"data\":\"mempool is full: number of txs 5000 (max: 5000), total txs bytes 5 (max: 9)\"}", BroadcastOutcome.MempoolFull)]
    [TestCase("\"error\":{\"code\":-32603,\"message\":\"Internal error\",\"data\":\"Tx too large. Max size is 1048576, but got 1048577\"}", BroadcastOutcome.TooLarge)]
    [TestCase("\"result\":{\"code\":7,\"data\":\"\",\"log\":\"no\",\"codespace\":\"seq\",\"hash\":\"{0}\"}", BroadcastOutcome.Refused)]
    [TestCase("\"result\":{\"code\":0,\"data\":\"\",\"log\":\"\",\"codespace\":\"\",\"hash\":\"{0}\"}", BroadcastOutcome.Accepted)]
    public async Task What_became_of_a_submission_is_an_outcome(string answer, BroadcastOutcome outcome)
    {
        byte[] transaction = [1, 2, 3];
        var hash = Hash256.Of(transaction);
        await using var server = await AnsweringServer.WithResultsAsync((method, parameters) =>
        {
            Assert.That(method, Is.EqualTo("broadcast_tx_sync"));
            Assert.That(parameters.GetProperty("tx").GetBytesFromBase64(), Is.EqualTo(transaction));
            return answer.Replace("{0}", hash.ToString().ToUpperInvariant());
        });
        using var client = Client(server.Address);
        var result = await client.BroadcastAsync(transaction);
        Assert.That(result.Outcome, Is.EqualTo(outcome));
        Assert.That(result.Hash, Is.EqualTo(hash));
        Assert.That(result.IsHeld, Is.EqualTo(outcome is BroadcastOutcome.Accepted or BroadcastOutcome.AlreadyInCache));
        if (outcome == BroadcastOutcome.Refused)
            Assert.That((result.Code, result.Codespace, result.Log), Is.EqualTo((7u, "seq", "no")));
    }

    [TestCase("height 9999 must be less than or equal to the current blockchain height 19", CometRpcFailure.HeightAhead)]
    [TestCase("could not find validator set for height #20", CometRpcFailure.HeightAhead)]
    [TestCase("height 3 is not available, lowest height is 5", CometRpcFailure.HeightPruned)]
    [TestCase("tx (00) not found", CometRpcFailure.NotFound)]
    [TestCase("something else", CometRpcFailure.Refused)]
    public async Task An_error_of_cometbft_is_told_apart_and_its_words_kept(string data, CometRpcFailure failure)
    {
        await using var server = await AnsweringServer.WithResultsAsync(
            (_, _) => $$"""
                "error":{"code":-32603,"message":"Internal error","data":"{{data}}"}
                """);
        using var client = Client(server.Address);
        var exception = Assert.ThrowsAsync<CometRpcException>(() => client.CommitAsync(3))!;
        Assert.That(exception.Failure, Is.EqualTo(failure));
        Assert.That(exception.Message, Does.Contain(data).And.Contain(server.Address).And.Contain("'commit'"));
    }

    [TestCase("")]
    [TestCase("garbage")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"no\"}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"signed_header\":null,\"canonical\":true}}")]
    public async Task An_answer_that_is_none_is_malformed(string text)
    {
        await using var server = await AnsweringServer.StartAsync((context, _) => context.Response.WriteAsync(text));
        using var client = Client(server.Address);
        var exception = Assert.ThrowsAsync<CometRpcException>(() => client.CommitAsync(3))!;
        Assert.That(exception.Failure, Is.EqualTo(CometRpcFailure.Malformed));
    }

    [Test]
    public async Task Null_for_a_result_is_not_found()
    {
        await using var server = await AnsweringServer.WithResultsAsync((_, _) => "\"result\":null");
        using var client = Client(server.Address);
        Assert.That(Assert.ThrowsAsync<CometRpcException>(() => client.CommitAsync(3))!.Failure, Is.EqualTo(CometRpcFailure.NotFound));
    }

    [Test]
    public async Task An_answer_for_another_height_is_malformed()
    {
        await using var server = await AnsweringServer.WithResultsAsync((method, _) => "\"result\":" + s_height.Json.GetProperty(method).GetRawText());
        using var client = Client(server.Address);
        Assert.That(
            () => client.CommitAsync(24), Throws.InstanceOf<CometRpcException>().With.Message.Contains("height 24 was asked for, the answer is of height 25"));
    }

    [TestCase("Content-Length: 1000000000000\r\n")]
    [TestCase("")]
    public async Task An_endless_answer_is_cut_off(string length)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = Client($"http://{listener.LocalEndpoint}", options => options with { MaximumResponseBytes = 1024 * 1024 });
        var call = client.StatusAsync();
        var sent = 0L;
        using (var socket = await listener.AcceptSocketAsync())
        {
            var chunk = new byte[64 * 1024];
            await socket.ReceiveAsync(chunk);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{length}\r\n"));
            try
            {
                while (sent < 1L << 30)
                    sent += await socket.SendAsync(chunk);
            }
            catch (SocketException)
            {
                // The client hung up, as it should.
            }
        }

        Assert.That(Assert.ThrowsAsync<CometRpcException>(() => call)!.Failure, Is.EqualTo(CometRpcFailure.TooLarge));
        Assert.That(sent, Is.LessThan(64L * 1024 * 1024), "the kernel's buffers hold some megabytes at most");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_server_that_stalls_is_given_up(bool afterHeaders)
    {
        await using var server = await AnsweringServer.StartAsync(async (context, _) =>
        {
            if (afterHeaders)
            {
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("{");
                await context.Response.Body.FlushAsync();
            }

            var aborted = new TaskCompletionSource();
            context.RequestAborted.Register(aborted.SetResult);
            await aborted.Task;
        });
        using var client = Client(server.Address, options => options with { Timeout = TimeSpan.FromMilliseconds(300) });
        Assert.That(Assert.ThrowsAsync<CometRpcException>(() => client.StatusAsync())!.Failure, Is.EqualTo(CometRpcFailure.Timeout));
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.That(() => client.StatusAsync(cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_connection_that_breaks_is_unreachable()
    {
        await using var server = await AnsweringServer.StartAsync((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var client = Client(server.Address);
        Assert.That(Assert.ThrowsAsync<CometRpcException>(() => client.StatusAsync())!.Failure, Is.EqualTo(CometRpcFailure.Unreachable));
        using var nobody = Client($"tcp://127.0.0.1:{FreePort.Next()}");
        var exception = Assert.ThrowsAsync<CometRpcException>(() => nobody.StatusAsync())!;
        Assert.That(exception.Failure, Is.EqualTo(CometRpcFailure.Unreachable));
        Assert.That(exception.Message, Does.Contain("Is CometBFT running there?"));
    }

    [Test]
    public async Task A_unix_socket_is_an_address_too()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("rpc.sock");
        await using var server = await AnsweringServer.WithResultsAsync(AsRecorded, path);
        using var client = Client("unix://" + path);
        Assert.That((await client.CommitAsync(25)).Canonical);
    }

    [TestCase("")]
    [TestCase("localhost:26657")]
    [TestCase("unix://")]
    [TestCase("ftp://host")]
    public void Another_address_is_refused(string address) =>
        Assert.That(() => Client(address), Throws.ArgumentException.With.Message.Contains("http://host:port"));

    private static CometRpcClient Client(string address, Func<CometRpcOptions, CometRpcOptions>? change = null)
    {
        var options = new CometRpcOptions { Address = address };
        return new CometRpcClient(change is null ? options : change(options));
    }

    private static string AsRecorded(string method, JsonElement parameters)
    {
        var asked = parameters.TryGetProperty("height", out var height)
            ? RecordedRun.Heights[int.Parse(height.GetString()!, CultureInfo.InvariantCulture) - 1]
            : s_height;
        return "\"result\":" + asked.Json.GetProperty(method).GetRawText();
    }

    private static string Changed(JsonElement json, string place, string value)
    {
        var root = JsonNode.Parse(json.GetRawText())!;
        var names = place.Split('.');
        names[..^1].Aggregate(root, (node, name) => node[name]!)[names[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }

    /// <summary>A page of a made-up set, as CometBFT pages it.</summary>
    private static string Page(JsonElement parameters, int count, int total, string height = "7")
    {
        var page = int.Parse(parameters.GetProperty("page").GetString()!);
        var perPage = int.Parse(parameters.GetProperty("per_page").GetString()!);
        var members = Enumerable.Range(0, count).Skip((page - 1) * perPage).Take(perPage).Select(i =>
        {
            var key = Hash256.Of(BitConverter.GetBytes(i)).ToArray();
            var address = Convert.ToHexString(Hash256.Of(key).Span[..20]);
            return $$"""{"address":"{{address}}","pub_key":{"type":"tendermint/PubKeyEd25519","value":"{{Convert.ToBase64String(key)}}"},"voting_power":"{{count - i}}","proposer_priority":"0"}""";
        }).ToArray();
        return $$"""
            "result":{"block_height":"{{height}}","validators":[{{string.Join(',', members)}}],"count":"{{members.Length}}","total":"{{total}}"}
            """;
    }
}
