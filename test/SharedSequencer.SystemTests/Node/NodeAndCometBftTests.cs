using System.Net;
using System.Net.Http.Json;
using System.Text;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Client.Streams;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Engine;

namespace SharedSequencer.SystemTests.Node;

/// <summary>One definition for both engines: users see no difference.</summary>
[OnBothEngines]
internal sealed class NodeAndCometBftTests(NetworkEngine engine)
{
    private LiveChain _chain = null!;
    private NamespaceId _notes;

    private SequencerClient Client => _chain.Client;

    [OneTimeSetUp]
    public async Task Start()
    {
        _chain = await LiveChain.StartAsync(engine);
        _notes = await _chain.RegisterAsync("notes");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_chain is not null)
            await _chain.DisposeAsync();
    }

    [Test]
    public async Task A_submission_becomes_final_and_its_slice_is_proven_against_CometBFTs_own_block_hash()
    {
        var transaction = await SignAsync(new SubmitData(_notes, Encoding.UTF8.GetBytes("hello")), new SubmitData(_notes, new byte[1000]));
        Assert.That((await Client.SubmitAsync(transaction.Raw)).Status, Is.EqualTo("received"));
        var final = await Client.WaitForAsync(transaction.Id, "final", TimeSpan.FromSeconds(20));

        var slice = await Client.GetSliceAsync(_notes, final.Height!.Value, withProof: true);
        var trusted = (await _chain.Rpc.HeaderAsync(final.Height)).Hash();
        var verdict = SliceVerifier.Verify(slice, _notes, trusted);

        Assert.That(verdict.Reason, Is.Empty);
        Assert.That(verdict.Slice!.Entries.Select(e => e.Payload.Length), Is.EqualTo(new[] { 5, 1000 }));
        Assert.That(slice.Entries.Select(e => e.Transaction), Is.All.EqualTo(transaction.Id.ToString()));
        Assert.That(slice.Entries.Select(e => e.Sender), Is.All.EqualTo(_chain.Key.PublicKey.ToString()));
        Assert.That((final.Index, slice.Number), Is.EqualTo((1U, (ulong?)(await Client.GetNamespaceAsync(_notes))!.Head.SliceCount)));
    }

    [Test]
    public async Task Absence_is_proven_too_in_blocks_with_and_without_transactions()
    {
        var other = await _chain.RegisterAsync("other");
        var registered = (await Client.GetStatusAsync()).Height;
        await _chain.PollAsync("an empty block", async () => (await Client.GetStatusAsync()).Height > registered + 1 ? "" : null);
        for (var height = 1L; height <= registered + 1; height++)
        {
            var slice = await Client.GetSliceAsync(other, height, withProof: true);
            var verdict = SliceVerifier.Verify(slice, other, (await _chain.Rpc.HeaderAsync(height)).Hash());
            Assert.That(verdict.Reason, Is.Empty, $"height {height}");
            Assert.That(slice.Number, Is.Null);
        }
    }

    [Test]
    public async Task The_same_bytes_again_tell_where_they_are()
    {
        var transaction = await SignAsync(new SubmitData(_notes, new byte[] { 1 }));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Client.SubmitAsync(transaction.Raw)));
        Assert.That(answers.Select(a => a.Status), Is.All.AnyOf("received", "final"));
        await Client.WaitForAsync(transaction.Id, "final", TimeSpan.FromSeconds(20));
        Assert.That((await Client.SubmitAsync(transaction.Raw)).Status, Is.EqualTo("final"));
    }

    [Test]
    public async Task What_waits_for_an_earlier_nonce_says_so_and_follows_it()
    {
        var nonce = await NonceAsync();
        var gap = await _chain.SignAsync(nonce + 1, new SubmitData(_notes, new byte[] { 2 }));
        Assert.That((await Client.SubmitAsync(gap.Raw)).Status, Is.EqualTo("waiting_for_nonce"));
        Assert.That((await Client.GetTransactionAsync(gap.Id))!.Status, Is.EqualTo("waiting_for_nonce"));

        var first = await _chain.SignAsync(nonce, new SubmitData(_notes, new byte[] { 3 }));
        await Client.SubmitAsync(first.Raw);
        Assert.That((await Client.WaitForAsync(gap.Id, "final", TimeSpan.FromSeconds(20))).Status, Is.EqualTo("final"));
    }

    [Test]
    public async Task What_is_refused_says_why_each_time()
    {
        var nowhere = await _chain.SignAsync(await NonceAsync(), new SubmitData(NamespaceId.OfName("never-registered"), new byte[] { 2 }));
        for (var i = 0; i < 2; i++)
        {
            var refused = Assert.ThrowsAsync<SequencerApiException>(() => Client.SubmitAsync(nowhere.Raw));
            Assert.That(refused!.Code, Is.EqualTo("unknown_namespace"));
            Assert.That((await Client.GetTransactionAsync(nowhere.Id))!.Status, Is.EqualTo("rejected"));
        }
    }

    [Test]
    public async Task A_batch_is_answered_one_by_one_in_order()
    {
        var nonce = await NonceAsync();
        List<ReadOnlyMemory<byte>> batch = [];
        for (var i = 0UL; i < 20; i++)
            batch.Add((await _chain.SignAsync(nonce + i, new SubmitData(_notes, new[] { (byte)i }))).Raw);
        batch.Insert(5, new byte[] { 1, 2, 3 });

        var answers = await Client.SubmitBatchAsync(batch);

        Assert.That(answers.Select(a => a.Status), Is.EqualTo(batch.Select((_, i) => i == 5 ? "rejected" : "received")));
        Assert.That(answers[5].Reason!.Code, Is.EqualTo("malformed"));
        await Client.WaitForAsync(Hash256.Parse(answers[^1].Id), "final", TimeSpan.FromSeconds(20));
        Assert.That((await Client.GetAccountAsync(_chain.Key.PublicKey)).Nonce, Is.EqualTo(nonce + 20));
    }

    [Test]
    public async Task A_follower_gets_every_slice_once_in_order_then_live_with_tips_between()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var follower = Client.FollowSlicesAsync(_notes, 1, withProof: true, cancellation.Token).GetAsyncEnumerator(cancellation.Token);
        var next = 1UL;
        var tip = 0L;
        async Task ReadToAsync(ulong number)
        {
            while (next <= number && await follower.MoveNextAsync())
            {
                if (follower.Current is TipReached reached)
                {
                    Assert.That(reached.Tip.Height, Is.GreaterThan(tip));
                    tip = reached.Tip.Height;
                }
                else if (follower.Current is SliceArrived arrived)
                {
                    Assert.That(arrived.Slice.Number, Is.EqualTo(next++));
                    Assert.That(arrived.Slice.Height, Is.GreaterThan(tip));
                    var trusted = (await _chain.Rpc.HeaderAsync(arrived.Slice.Height)).Hash();
                    Assert.That(SliceVerifier.Verify(arrived.Slice, _notes, trusted).Reason, Is.Empty);
                }
            }
        }

        await SubmitAndWaitAsync();
        await ReadToAsync((await Client.GetNamespaceAsync(_notes))!.Head.SliceCount);
        for (var i = 0; i < 5; i++)
            await SubmitAndWaitAsync();
        await ReadToAsync((await Client.GetNamespaceAsync(_notes))!.Head.SliceCount);

        // The heartbeat's empty blocks move the tip.
        var before = tip;
        while (tip <= before + 1 && await follower.MoveNextAsync())
            tip = ((TipReached)follower.Current).Tip.Height;
        await follower.DisposeAsync();
    }

    [Test]
    public async Task A_range_of_slices_goes_on_where_it_ended()
    {
        for (var i = 0; i < 4; i++)
            await SubmitAndWaitAsync();
        var count = (await Client.GetNamespaceAsync(_notes))!.Head.SliceCount;
        List<SliceResponse> all = [];
        for (var from = 1UL; from <= count;)
        {
            var page = await Client.GetSlicesAsync(_notes, from, 3, withProof: true);
            all.AddRange(page.Slices);
            Assert.That(page.Next, Is.EqualTo(from + (ulong)page.Slices.Count));
            from = page.Next;
        }

        Assert.That(all.Select(s => s.Number), Is.EqualTo(Enumerable.Range(1, (int)count).Select(n => (ulong?)n)));
        foreach (var slice in all)
            Assert.That(SliceVerifier.Verify(slice, _notes, (await _chain.Rpc.HeaderAsync(slice.Height)).Hash()).Reason, Is.Empty);
        Assert.That((await Client.GetSlicesAsync(_notes, count + 1, 10)).Slices, Is.Empty);
    }

    [TestCase("/v1/blocks/999999999", 404, "not_yet")]
    [TestCase("/v1/namespaces/notes/slices/999999999", 404, "not_yet")]
    [TestCase("/v1/light/999999999", 404, "not_yet")]
    [TestCase("/v1/blocks/0", 400, "bad_request")]
    [TestCase("/v1/blocks/x", 400, "bad_request")]
    [TestCase("/v1/blocks/18446744073709551616", 400, "bad_request")]
    [TestCase("/v1/transactions/12", 400, "bad_request")]
    [TestCase("/v1/transactions/00000000000000000000000000000000000000000000000000000000000000aa", 404, "not_found")]
    [TestCase("/v1/transactions/00000000000000000000000000000000000000000000000000000000000000aa/events", 404, "not_found")]
    [TestCase("/v1/namespaces/nobody", 404, "not_found")]
    [TestCase("/v1/namespaces/No", 400, "bad_request")]
    [TestCase("/v1/namespaces/notes/slices?from=0", 400, "bad_request")]
    [TestCase("/v1/namespaces/notes/slices?limit=1001", 400, "bad_request")]
    [TestCase("/v1/namespaces/notes/slices?proof=yes", 400, "bad_request")]
    [TestCase("/v1/namespaces/notes/slices?from=1&from=2", 400, "bad_request")]
    [TestCase("/v1/accounts/seq1nobody", 400, "bad_request")]
    [TestCase("/v1/anchors", 400, "bad_request")]
    [TestCase("/v1/anchors/latest", 404, "not_found")]
    [TestCase("/v1/nothing", 404, "not_found")]
    public async Task What_cannot_be_answered_is_a_problem_with_a_stable_code(string path, int status, string code)
    {
        using var http = new HttpClient { BaseAddress = _chain.Api, Timeout = TimeSpan.FromSeconds(5) };
        using var answer = await http.GetAsync(path);
        var problem = await answer.Content.ReadFromJsonAsync(ApiJson.Default.Problem);

        Assert.That(((int)answer.StatusCode, problem!.Code), Is.EqualTo((status, code)));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo(Problem.ContentType));
        Assert.That(problem.Detail, Is.Not.Empty);
    }

    [Test]
    public async Task Bodies_are_taken_raw_and_as_JSON_and_bad_ones_refused()
    {
        using var http = new HttpClient { BaseAddress = _chain.Api };
        var transaction = await SignAsync(new SubmitData(_notes, new byte[] { 7 }));
        async Task<(int, string?)> PostAsync(string path, HttpContent content)
        {
            using var answer = await http.PostAsync(path, content);
            var text = await answer.Content.ReadAsStringAsync();
            return ((int)answer.StatusCode, System.Text.Json.JsonDocument.Parse(text).RootElement.TryGetProperty("code", out var code) ? code.GetString() : null);
        }

        StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
        Assert.That(await PostAsync("/v1/transactions", Json($"{{\"transaction\":\"{Convert.ToBase64String(transaction.Raw.Span)}\"}}")), Is.EqualTo((200, (string?)null)));
        Assert.That(await PostAsync("/v1/transactions", Json("{\"transaction\":5}")), Is.EqualTo((400, "bad_request")));
        Assert.That(await PostAsync("/v1/transactions", Json("{}")), Is.EqualTo((400, "bad_request")));
        Assert.That(await PostAsync("/v1/transactions", new ByteArrayContent([])), Is.EqualTo((400, "malformed")));
        Assert.That(await PostAsync("/v1/transactions", new ByteArrayContent(new byte[600_000])), Is.EqualTo((413, "too_large")));
        Assert.That(await PostAsync("/v1/transactions", new ByteArrayContent(new byte[5_000_000])), Is.EqualTo((413, "too_large")));
        Assert.That(await PostAsync("/v1/transactions/batch", new ByteArrayContent([0, 0, 0, 9, 1])), Is.EqualTo((400, "bad_request")));
        Assert.That(await PostAsync("/v1/transactions/batch", new ByteArrayContent([])), Is.EqualTo((400, "bad_request")));
        Assert.That(await PostAsync("/v1/anchors", Json("{}")), Is.EqualTo((404, "not_found")), "the public listener takes no reports");
        await Client.WaitForAsync(transaction.Id, "final", TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task Blocks_lights_status_fees_and_metrics_agree()
    {
        await SubmitAndWaitAsync();
        var status = await Client.GetStatusAsync();
        var block = await Client.GetBlockAsync(status.Height);
        var light = await Client.GetLightAsync(status.Height);
        var answer = await _chain.Rpc.BlockAsync(status.Height);

        Assert.That((status.ChainId, status.Engine, status.EarliestHeight), Is.EqualTo((LiveChain.ChainId, _chain.Engine, 1L)));
        Assert.That((block.Hash, light.Hash), Is.EqualTo((answer.BlockId.Hash.ToString(), answer.BlockId.Hash.ToString())));
        Assert.That(block.Transactions, Is.EqualTo(answer.Transactions.Skip(1).Select(t => Hash256.Of(t.Span).ToString())));
        Assert.That(block.Proposer, Is.EqualTo(answer.Header.ProposerAddress.ToString()));
        Assert.That((await Client.GetFeesAsync()).BaseFeePerByte, Is.EqualTo("1"));

        using var http = new HttpClient { BaseAddress = _chain.Api };
        var metrics = await http.GetStringAsync("/metrics");
        foreach (var name in new[] { "sequencer_height", "sequencer_light_height", "sequencer_pool_transactions", "sequencer_abci_call_seconds_bucket", "sequencer_api_request_seconds_count" })
            Assert.That(metrics, Does.Contain(name));
    }

    [Test]
    public async Task The_admin_listener_asks_for_its_token()
    {
        using var admin = new SequencerAdminClient(_chain.AdminUrl, "wrong");
        var refused = Assert.ThrowsAsync<SequencerApiException>(() => admin.ReportAnchorLostAsync(new AnchorLostReport(1, "aa", "test")));
        Assert.That(refused!.Code, Is.EqualTo("unauthorized"));
        using var http = new HttpClient();
        Assert.That((await http.GetAsync(new Uri(_chain.AdminUrl, "/healthz"))).StatusCode, Is.AnyOf(HttpStatusCode.Unauthorized, HttpStatusCode.OK));
    }

    private async Task<ulong> NonceAsync() => (await Client.GetAccountAsync(_chain.Key.PublicKey)).PendingNonce;

    private async Task<SignedTransaction> SignAsync(params TransactionAction[] actions) => await _chain.SignAsync(await NonceAsync(), actions);

    private async Task SubmitAndWaitAsync()
    {
        var transaction = await SignAsync(new SubmitData(_notes, new byte[] { 9 }));
        await Client.SubmitAsync(transaction.Raw);
        await Client.WaitForAsync(transaction.Id, "final", TimeSpan.FromSeconds(20));
    }
}
