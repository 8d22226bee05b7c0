using System.Net;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.SystemTests.Node;

internal sealed class StartTests
{
    [Test]
    public async Task Without_CometBFTs_RPC_the_node_is_not_ready_and_back_fills_what_it_missed()
    {
        await using var chain = await LiveChain.StartAsync();
        var notes = await chain.RegisterAsync("notes");
        await chain.StopNodeAsync();
        await chain.KillCometAsync();

        chain.Overrides["SEQ_SEQUENCER_COMETBFT_RPC"] = "http://127.0.0.1:1";
        await chain.StartProcessesAsync(waitUntilReady: false);
        var before = await chain.PollAsync("a status", async () => await chain.Client.GetStatusAsync());
        var grown = await chain.PollAsync("blocks", async () =>
            await chain.Client.GetStatusAsync() is { } status && status.Height > before.LightHeight + 2 ? status : null);
        Assert.That(grown.LightHeight, Is.LessThan(grown.Height));
        using var http = new HttpClient();
        using var ready = await http.GetAsync(new Uri(chain.Api, "/readyz"));
        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain("cometbft_rpc"));
        Assert.That((await chain.Client.GetSliceAsync(notes, grown.Height)).Entries, Is.Empty, "without proof it is served");
        var refused = Assert.ThrowsAsync<SequencerApiException>(() => chain.Client.GetSliceAsync(notes, grown.Height, withProof: true));
        Assert.That(refused!.Code, Is.EqualTo("not_ready"));
        var nonce = (await chain.Client.GetAccountAsync(chain.Key.PublicKey)).Nonce;
        var transaction = await chain.SignAsync(nonce, new SubmitData(notes, new byte[] { 1 }));
        refused = Assert.ThrowsAsync<SequencerApiException>(() => chain.Client.SubmitAsync(transaction.Raw));
        Assert.That(refused!.Code, Is.EqualTo("engine_unavailable"));

        chain.Overrides.Clear();
        await chain.StopNodeAsync();
        await chain.StartProcessesAsync();
        var top = (await chain.Client.GetStatusAsync()).Height;
        for (var height = 1L; height <= top; height++)
        {
            var slice = await chain.Client.GetSliceAsync(notes, height, withProof: true);
            Assert.That(SliceVerifier.Verify(slice, notes, Hash256.Parse(slice.BlockHash)).Reason, Is.Empty, $"height {height}");
        }
    }

    [Test]
    public async Task A_damaged_state_stops_the_start_with_what_is_wrong()
    {
        await using var chain = await LiveChain.StartAsync();
        await chain.RegisterAsync("notes");
        Assert.That(await chain.StopNodeAsync(), Is.True);
        await chain.KillCometAsync();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(chain.Home, "data", "node.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE state SET value = x'0801' WHERE substr(key, 1, 1) = x'6e'";
            Assert.That(command.ExecuteNonQuery(), Is.Positive);
        }

        await chain.StartProcessesAsync(waitUntilReady: false);
        var (code, words) = await chain.WaitForNodesEndAsync();

        Assert.That(code, Is.EqualTo(1), words);
        Assert.That(words, Does.Contain("app hash").And.Contains("Restore it from a copy"));
    }

    [Test]
    public async Task Stepped_back_by_its_operator_the_node_is_given_the_block_again()
    {
        await using var chain = await LiveChain.StartAsync();
        var notes = await chain.RegisterAsync("notes");
        var nonce = (await chain.Client.GetAccountAsync(chain.Key.PublicKey)).Nonce;
        var transaction = await chain.SignAsync(nonce, new SubmitData(notes, new byte[] { 1 }));
        await chain.Client.SubmitAsync(transaction.Raw);
        var final = await chain.Client.WaitForAsync(transaction.Id, "final", TimeSpan.FromSeconds(20));
        var before = await chain.Client.GetSliceAsync(notes, final.Height!.Value);
        await chain.StopNodeAsync();
        await chain.KillCometAsync();

        for (var i = 0; i < 3; i++)
            await chain.RunAsync("rollback", "--home", chain.Home);
        await chain.StartProcessesAsync();

        var after = await chain.Client.GetSliceAsync(notes, final.Height.Value);
        Assert.That((after.BlockHash, after.Number, after.Entries[0].Transaction), Is.EqualTo((before.BlockHash, before.Number, before.Entries[0].Transaction)));
        Assert.That((await chain.Client.GetTransactionAsync(transaction.Id))!.Height, Is.EqualTo(final.Height));
    }

    [Test]
    public async Task It_stops_at_once_although_streams_are_open()
    {
        await using var chain = await LiveChain.StartAsync();
        var notes = await chain.RegisterAsync("notes");
        using var http = new HttpClient();
        using var stream = await http.GetAsync(
            new Uri(chain.Api, $"/v1/namespaces/{notes}/slices/stream"), HttpCompletionOption.ResponseHeadersRead);
        Assert.That(stream.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));

        Assert.That(await chain.StopNodeAsync(), Is.True);
    }
}
