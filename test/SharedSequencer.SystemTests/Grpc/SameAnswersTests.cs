using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Client;
using SharedSequencer.Primitives;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.Tests.Grpc;
using Calls = SharedSequencer.Grpc.Calls;
using V1 = Sequencer.V1;

namespace SharedSequencer.SystemTests.Grpc;

/// <summary>What gRPC answers is what HTTP answers, for the same question to the same node.</summary>
[OnBothEngines]
internal sealed class SameAnswersTests(NetworkEngine engine)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static readonly V1.NamespaceKey s_byName = new() { Name = GrpcChain.Name };

    private readonly HttpClient _http = new();
    private GrpcChain _chain = null!;
    private GrpcChannel _channel = null!;

    private static V1.NamespaceKey ById => new() { Id = ByteString.CopyFrom(Convert.FromHexString(GrpcChain.Namespace.ToString())) };

    private static AccountId Stranger { get; } = SecretKey.From(Hash256.Of("stranger"u8).Span).PublicKey;

    [OneTimeSetUp]
    public async Task Open()
    {
        _chain = await GrpcChains.OfAsync(engine);
        _http.BaseAddress = _chain.Api;
        _channel = GrpcChannel.ForAddress(_chain.Grpc, new GrpcChannelOptions { MaximumReceiveBytes = 32 * 1024 * 1024 });
    }

    [OneTimeTearDown]
    public void Close()
    {
        _http.Dispose();
        _channel?.Dispose();
    }

    [Test]
    public Task The_status() => SameAsync<V1.GetStatusRequest, V1.Status>("/v1/status", "GetStatus", new());

    [Test]
    public Task The_fees() => SameAsync<V1.GetFeesRequest, V1.Fees>("/v1/fees", "GetFees", new());

    [Test]
    public Task All_namespaces() => SameAsync<V1.ListNamespacesRequest, V1.ListNamespacesResponse>("/v1/namespaces?limit=1", "ListNamespaces", new() { Limit = 1 });

    [Test]
    public async Task One_namespace_by_name_and_by_id()
    {
        await SameAsync<V1.GetNamespaceRequest, V1.Namespace>($"/v1/namespaces/{GrpcChain.Name}", "GetNamespace", new() { Namespace = s_byName });
        await SameAsync<V1.GetNamespaceRequest, V1.Namespace>($"/v1/namespaces/{GrpcChain.Namespace}", "GetNamespace", new() { Namespace = ById });
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_slice_and_the_absence_of_one(bool proof)
    {
        // The namespace was registered in a block that holds no slice of it.
        foreach (var height in new[] { _chain.Heights[2], _chain.Heights[0] - 1 })
        {
            await SameAsync<V1.GetSliceRequest, V1.Slice>(
                $"/v1/namespaces/{GrpcChain.Name}/slices/{height}?proof={(proof ? "true" : "false")}", "GetSlice",
                new() { Namespace = s_byName, Height = height, Proof = proof });
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public Task A_range_of_slices(bool proof) => SameAsync<V1.ListSlicesRequest, V1.ListSlicesResponse>(
        $"/v1/namespaces/{GrpcChain.Name}/slices?from=2&limit=3&proof={(proof ? "true" : "false")}", "ListSlices",
        new() { Namespace = ById, From = 2, Limit = 3, Proof = proof });

    [Test]
    public async Task A_block_and_its_light_block()
    {
        foreach (var height in new[] { 1, _chain.Heights[2] })
        {
            await SameAsync<V1.GetBlockRequest, V1.Block>($"/v1/blocks/{height}", "GetBlock", new() { Height = height });
            await SameAsync<V1.GetLightBlockRequest, V1.LightBlock>($"/v1/light/{height}", "GetLightBlock", new() { Height = height });
        }

        await SameAsync<V1.GetBlockRequest, V1.Block>("/v1/blocks/latest", "GetBlock", new());
        await SameAsync<V1.GetLightBlockRequest, V1.LightBlock>("/v1/light/latest", "GetLightBlock", new());
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task An_account_and_one_that_is_not_there(bool proof)
    {
        foreach (var account in new[] { _chain.Sender, Stranger })
        {
            await SameAsync<V1.GetAccountRequest, V1.Account>(
                $"/v1/accounts/{account}?proof={(proof ? "true" : "false")}", "GetAccount",
                new() { Account = ByteString.CopyFrom(account.Span), Proof = proof });
        }
    }

    [Test]
    public Task A_transaction() => SameAsync<V1.GetTransactionRequest, V1.TransactionStatus>(
        $"/v1/transactions/{_chain.Last}", "GetTransaction", new() { Id = ByteString.CopyFrom(_chain.Last.Span) });

    [Test]
    public async Task Refusals_have_the_same_codes_and_words()
    {
        await SameRefusalAsync<V1.GetBlockRequest, V1.Block>("/v1/blocks/1000000000", "GetBlock", new() { Height = 1_000_000_000 }, StatusCode.OutOfRange);
        await SameRefusalAsync<V1.GetNamespaceRequest, V1.Namespace>(
            "/v1/namespaces/nobody", "GetNamespace", new() { Namespace = new() { Name = "nobody" } }, StatusCode.NotFound);
        await SameRefusalAsync<V1.GetTransactionRequest, V1.TransactionStatus>(
            $"/v1/transactions/{Hash256.Zero}", "GetTransaction", new() { Id = ByteString.CopyFrom(new byte[32]) }, StatusCode.NotFound);
        await SameRefusalAsync<V1.GetAnchorRequest, V1.Anchor>("/v1/anchors/latest", "GetAnchor", new(), StatusCode.NotFound);
        await SameRefusalAsync<V1.GetAnchorRequest, V1.Anchor>("/v1/anchors?height=2", "GetAnchor", new() { Height = 2 }, StatusCode.NotFound);
        await SameRefusalAsync<V1.GetSliceRequest, V1.Slice>(
            $"/v1/namespaces/{GrpcChain.Name}/slices/1000000000", "GetSlice", new() { Namespace = s_byName, Height = 1_000_000_000 }, StatusCode.OutOfRange);
    }

    [Test]
    public async Task What_is_no_value_is_a_bad_request()
    {
        await BadAsync<V1.GetTransactionRequest, V1.TransactionStatus>("GetTransaction", new() { Id = ByteString.CopyFrom(new byte[31]) });
        await BadAsync<V1.GetAccountRequest, V1.Account>("GetAccount", new());
        await BadAsync<V1.GetNamespaceRequest, V1.Namespace>("GetNamespace", new());
        await BadAsync<V1.GetNamespaceRequest, V1.Namespace>("GetNamespace", new() { Namespace = new() { Name = "No Name" } });
        await BadAsync<V1.GetNamespaceRequest, V1.Namespace>("GetNamespace", new() { Namespace = new() { Id = ByteString.CopyFrom(1, 2) } });
        await BadAsync<V1.GetSliceRequest, V1.Slice>("GetSlice", new() { Namespace = s_byName });
        await BadAsync<V1.GetBlockRequest, V1.Block>("GetBlock", new() { Height = -1 });
        await BadAsync<V1.ListSlicesRequest, V1.ListSlicesResponse>("ListSlices", new() { Namespace = s_byName, Limit = 1001 });
        await BadAsync<V1.ListSlicesRequest, V1.ListSlicesResponse>("ListSlices", new() { Namespace = s_byName, From = ulong.MaxValue });
        await BadAsync<V1.ListNamespacesRequest, V1.ListNamespacesResponse>("ListNamespaces", new() { After = ByteString.CopyFrom(1) });
        await BadAsync<V1.SubmitTransactionsRequest, V1.SubmitTransactionsResponse>("SubmitTransactions", new());
    }

    [Test]
    public async Task A_submission_by_one_way_is_known_by_the_other()
    {
        var transaction = await _chain.NextAsync("submitted by gRPC");

        var submitted = await CallAsync<V1.SubmitTransactionRequest, V1.SubmitTransactionResponse>(
            "SubmitTransaction", new() { Transaction = ByteString.CopyFrom(transaction.Raw.Span) });
        var known = await _chain.Client.SubmitAsync(transaction.Raw);

        Assert.That(submitted.State, Is.EqualTo(V1.TransactionState.Received));
        Assert.That(Convert.ToHexStringLower(submitted.Id.Span), Is.EqualTo(transaction.Id.ToString()));
        Assert.That(known.Id, Is.EqualTo(transaction.Id.ToString()));
        await _chain.Client.WaitForAsync(transaction.Id, "final", s_patience);

        using var follow = _channel.CreateCallInvoker().AsyncServerStreamingCall(
            Method<V1.FollowTransactionRequest, V1.TransactionStatus>("FollowTransaction"), Soon(), new() { Id = submitted.Id });
        Assert.That(await follow.ResponseStream.MoveNext(default), Is.True);
        Assert.That(follow.ResponseStream.Current.State, Is.EqualTo(V1.TransactionState.Final));
    }

    [Test]
    public async Task A_batch_ends_each_transaction_by_itself()
    {
        var good = await _chain.NextAsync("in a batch");
        byte[] bad = [1, 2, 3];

        var answer = await CallAsync<V1.SubmitTransactionsRequest, V1.SubmitTransactionsResponse>(
            "SubmitTransactions", new() { Transactions = { ByteString.CopyFrom(bad), ByteString.CopyFrom(good.Raw.Span) } });

        Assert.That(answer.Results.Select(result => result.State), Is.EqualTo(new[] { V1.TransactionState.Rejected, V1.TransactionState.Received }));
        Assert.That(answer.Results[0].Reason.Code, Is.EqualTo("malformed"));
        var alone = Assert.ThrowsAsync<RpcException>(() => CallAsync<V1.SubmitTransactionRequest, V1.SubmitTransactionResponse>(
            "SubmitTransaction", new() { Transaction = ByteString.CopyFrom(bad) }));
        Assert.That((alone.StatusCode, alone.GetErrorInfo()!.Reason), Is.EqualTo((StatusCode.InvalidArgument, "malformed")));
        await _chain.Client.WaitForAsync(good.Id, "final", s_patience);
    }

    [Test]
    public async Task A_stream_sends_the_slices_that_the_other_sends()
    {
        using var deadline = new CancellationTokenSource(s_patience);
        List<JsonNode> expected = [];
        await using (var events = await _http.GetStreamAsync($"/v1/namespaces/{GrpcChain.Name}/slices/stream?from=1&proof=true", deadline.Token))
        using (var lines = new StreamReader(events))
        {
            while (expected.Count < GrpcChain.Slices && await lines.ReadLineAsync(deadline.Token) is { } line)
            {
                if (line == "event: slice")
                    expected.Add(JsonNode.Parse((await lines.ReadLineAsync(deadline.Token))!["data: ".Length..])!);
            }
        }

        using var call = _channel.CreateCallInvoker().AsyncServerStreamingCall(
            Method<V1.FollowSlicesRequest, V1.SliceEvent>("FollowSlices"), Soon(), new() { Namespace = s_byName, Proof = true });
        var seen = 0;
        while (seen < GrpcChain.Slices && await call.ResponseStream.MoveNext(deadline.Token))
        {
            if (call.ResponseStream.Current.Slice is { } slice)
                Assert.That(SameForm.Differences(expected[seen++], slice), Is.Empty);
        }

        while (call.ResponseStream.Current.EventCase != V1.SliceEvent.EventOneofCase.Tip && await call.ResponseStream.MoveNext(deadline.Token))
        {
        }

        var tip = call.ResponseStream.Current.Tip;
        var block = await _chain.Client.GetBlockAsync(tip.Height);
        Assert.That((Convert.ToHexStringLower(tip.BlockHash.Span), tip.Time.ToDateTimeOffset()), Is.EqualTo((block.Hash, block.Time)));
    }

    private static CallOptions Soon() => new(Deadline: DateTime.UtcNow + s_patience);

    private static Calls.Method<TRequest, TResponse> Method<TRequest, TResponse>(string name)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => Calls.Method<TRequest, TResponse>.Of(V1.ServiceReflection.Descriptor.Services[0], name);

    private async Task<TResponse> CallAsync<TRequest, TResponse>(string name, TRequest request)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var call = _channel.CreateCallInvoker().AsyncUnaryCall(Method<TRequest, TResponse>(name), Soon(), request);
        return await call;
    }

    /// <summary>Asks HTTP, gRPC and HTTP again, until the chain did not move meanwhile.</summary>
    private async Task SameAsync<TRequest, TResponse>(string path, string method, TRequest request)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var deadline = new CancellationTokenSource(s_patience);
        while (true)
        {
            var before = await _http.GetFromJsonAsync<JsonNode>(path, deadline.Token);
            var answer = await CallAsync<TRequest, TResponse>(method, request);
            var after = await _http.GetFromJsonAsync<JsonNode>(path, deadline.Token);
            if (!JsonNode.DeepEquals(before, after))
                continue;
            Assert.That(SameForm.Differences(before!, answer), Is.Empty);
            return;
        }
    }

    private async Task SameRefusalAsync<TRequest, TResponse>(string path, string method, TRequest request, StatusCode code)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var response = await _http.GetAsync(path);
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>())!;

        var error = Assert.ThrowsAsync<RpcException>(() => CallAsync<TRequest, TResponse>(method, request));

        Assert.That(error.StatusCode, Is.EqualTo(code));
        Assert.That(error.GetErrorInfo()!.Reason, Is.EqualTo((string)problem["code"]!));
        Assert.That(error.GetErrorInfo()!.Domain, Is.EqualTo("sequencer.v1"));

        // The newest height, which some words name, may have moved.
        Assert.That(Digits.Replace(error.Status.Detail, "#"), Is.EqualTo(Digits.Replace((string)problem["detail"]!, "#")));
    }

    private Task BadAsync<TRequest, TResponse>(string method, TRequest request)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var error = Assert.ThrowsAsync<RpcException>(() => CallAsync<TRequest, TResponse>(method, request));
        Assert.That((error.StatusCode, error.GetErrorInfo()!.Reason), Is.EqualTo((StatusCode.InvalidArgument, "bad_request")), error.Message);
        return Task.CompletedTask;
    }

    private static System.Text.RegularExpressions.Regex Digits { get; } = new("[0-9]+");
}
