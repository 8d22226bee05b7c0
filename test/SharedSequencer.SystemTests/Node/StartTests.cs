using Microsoft.Data.Sqlite;
using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Recovery;

namespace SharedSequencer.SystemTests.Node;

[OnBothEngines]
internal sealed class StartTests(NetworkEngine engine)
{
    private LiveChain _chain = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _chain = await LiveChain.StartAsync(engine);

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_chain is not null)
            await _chain.DisposeAsync();
    }

    [SetUp]
    public Task GoOnAsync() => _chain.StartProcessesAsync();

    [Test]
    public async Task A_damaged_state_stops_the_start_with_what_is_wrong()
    {
        await _chain.RegisterAsync("damaged");
        Assert.That(await _chain.StopNodeAsync(), Is.True);
        await _chain.KillCometAsync();
        var data = new RecoveringChain(_chain);
        var copy = data.CopyData();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(data.NodeData, "node.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE state SET value = x'0801' WHERE substr(key, 1, 1) = x'6e'";
            Assert.That(command.ExecuteNonQuery(), Is.Positive);
        }

        await _chain.StartProcessesAsync(waitUntilReady: false);
        var (code, words) = await _chain.WaitForNodesEndAsync();

        Assert.That(code, Is.EqualTo(1), words);
        Assert.That(words, Does.Contain("app hash").And.Contains("Restore it from a copy"));
        data.PutBack(copy);
    }

    [Test]
    public async Task Stepped_back_by_its_operator_the_node_is_given_the_block_again()
    {
        var notes = await _chain.RegisterAsync("stepped-back");
        var nonce = (await _chain.Client.GetAccountAsync(_chain.Key.PublicKey)).Nonce;
        var transaction = await _chain.SignAsync(nonce, new SubmitData(notes, new byte[] { 1 }));
        await _chain.Client.SubmitAsync(transaction.Raw);
        var final = await _chain.Client.WaitForAsync(transaction.Id, "final", TimeSpan.FromSeconds(20));
        var before = await _chain.Client.GetSliceAsync(notes, final.Height!.Value);
        var data = new RecoveringChain(_chain);
        await data.KillBothAsync();

        for (var height = data.StoredHeight(); height >= final.Height; height--)
            await _chain.RunAsync("rollback", "--home", _chain.Home);
        await _chain.StartProcessesAsync();

        var after = await _chain.Client.GetSliceAsync(notes, final.Height.Value);
        Assert.That((after.BlockHash, after.Number, after.Entries[0].Transaction), Is.EqualTo((before.BlockHash, before.Number, before.Entries[0].Transaction)));
        Assert.That((await _chain.Client.GetTransactionAsync(transaction.Id))!.Height, Is.EqualTo(final.Height));
    }

    [Test]
    public async Task It_stops_at_once_although_streams_are_open()
    {
        var notes = await _chain.RegisterAsync("streamed");
        using var http = new HttpClient();
        using var stream = await http.GetAsync(
            new Uri(_chain.Api, $"/v1/namespaces/{notes}/slices/stream"), HttpCompletionOption.ResponseHeadersRead);
        Assert.That(stream.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));

        Assert.That(await _chain.StopNodeAsync(), Is.True);
    }
}
