using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Server;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Slices;
using SharedSequencer.Node.Views;
using SharedSequencer.Primitives;
using V1 = Sequencer.V1;

namespace SharedSequencer.Node.Grpc;

/// <summary><c>sequencer.v1.SequencerService</c>: what HTTP answers, as messages. Its .proto file says what each call does.</summary>
internal sealed class SequencerGrpc(
    TransactionViews transactions,
    NamespaceViews namespaces,
    SliceViews slices,
    BlockViews blocks,
    ChainViews chain,
    AnchorViews anchors,
    StreamBatches<MessageForm> batches,
    StreamLimit streams)
{
    // With its proofs and what surrounds the payloads, such a page usually stays below the 4 MiB that clients take.
    private const ulong PageBytes = 2 * 1024 * 1024;

    public async Task<V1.SubmitTransactionResponse> SubmitTransaction(V1.SubmitTransactionRequest request, ServerCallContext context) =>
        TransactionMessages.Of(await transactions.SubmitAsync(request.Transaction.Memory, context.CancellationToken));

    public async Task<V1.SubmitTransactionsResponse> SubmitTransactions(V1.SubmitTransactionsRequest request, ServerCallContext context)
    {
        if (request.Transactions.Count == 0)
            throw Answer.BadRequest("The batch is empty.");
        if (request.Transactions.Count > TransactionViews.BatchCount)
            throw TransactionViews.TooMany();
        var results = await transactions.SubmitAsync([.. request.Transactions.Select(raw => raw.Memory)], context.CancellationToken);
        return new V1.SubmitTransactionsResponse { Results = { results.Select(TransactionMessages.Of) } };
    }

    public Task<V1.TransactionStatus> GetTransaction(V1.GetTransactionRequest request, ServerCallContext context) =>
        Task.FromResult(TransactionMessages.Of(transactions.Get(RequestValues.Id(request.Id))));

    public async Task FollowTransaction(
        V1.FollowTransactionRequest request, IServerStreamWriter<V1.TransactionStatus> responses, ServerCallContext context)
    {
        var id = RequestValues.Id(request.Id);
        _ = transactions.Get(id);
        using var open = streams.Open();
        await transactions.FollowAsync(id, status => responses.WriteAsync(TransactionMessages.Of(status)), context.CancellationToken);
    }

    public Task<V1.ListNamespacesResponse> ListNamespaces(V1.ListNamespacesRequest request, ServerCallContext context)
    {
        var limit = (int)RequestValues.Number("limit", request.Limit, NamespaceViews.MaximumCount, NamespaceViews.MaximumCount);
        var after = request.After.IsEmpty ? default(NamespaceId) : RequestValues.NamespaceId("after", request.After);
        var page = namespaces.List(after, limit);
        return Task.FromResult(new V1.ListNamespacesResponse
        {
            Namespaces = { page.Namespaces.Select(ChainMessages.Of) },
            Next = ExactBytes.OfHex(page.Next ?? ""),
        });
    }

    public Task<V1.Namespace> GetNamespace(V1.GetNamespaceRequest request, ServerCallContext context) =>
        Task.FromResult(ChainMessages.Of(namespaces.Get(RequestValues.Namespace(request.Namespace, namespaces))));

    public async Task<V1.Slice> GetSlice(V1.GetSliceRequest request, ServerCallContext context)
    {
        var id = RequestValues.Namespace(request.Namespace, namespaces);
        return SliceMessages.Of(await slices.GetAsync(id, RequestValues.Height(request.Height), request.Proof, context.CancellationToken));
    }

    public async Task<V1.ListSlicesResponse> ListSlices(V1.ListSlicesRequest request, ServerCallContext context)
    {
        var id = RequestValues.Namespace(request.Namespace, namespaces);
        var from = RequestValues.Number("from", request.From, 1, long.MaxValue);
        var limit = (int)RequestValues.Number("limit", request.Limit, 100, SliceViews.MaximumRange);
        var bytes = (long)RequestValues.Number("page_bytes", request.PageBytes, PageBytes, SliceViews.MaximumPageBytes);
        var page = await slices.RangeAsync(id, from, limit, bytes, request.Proof, context.CancellationToken);
        return new V1.ListSlicesResponse { Slices = { page.Slices.Select(SliceMessages.Of) }, Next = page.Next };
    }

    public async Task FollowSlices(V1.FollowSlicesRequest request, IServerStreamWriter<V1.SliceEvent> responses, ServerCallContext context)
    {
        var id = RequestValues.Namespace(request.Namespace, namespaces);
        var from = RequestValues.Number("from", request.From, 1, long.MaxValue);
        var follower = slices.Follow(batches, id, from, request.Proof);
        using var open = streams.Open();
        await follower.RunAsync(((IFramedStreamWriter)responses).WriteFramedAsync, context.CancellationToken);
    }

    public Task<V1.Block> GetBlock(V1.GetBlockRequest request, ServerCallContext context) =>
        Task.FromResult(ChainMessages.Of(blocks.Block(RequestValues.HeightOrLatest(request.Height))));

    public async Task<V1.LightBlock> GetLightBlock(V1.GetLightBlockRequest request, ServerCallContext context) =>
        ChainMessages.Of(await blocks.LightAsync(RequestValues.HeightOrLatest(request.Height), context.CancellationToken));

    public async Task<V1.Account> GetAccount(V1.GetAccountRequest request, ServerCallContext context)
    {
        var id = RequestValues.Account(request.Account);
        if (request.HasHeight && request.Height is < 0 or long.MaxValue)
            throw Answer.BadRequest($"height is {request.Height}; a number from 0 is needed.");
        var provable = request.Proof
            ? await chain.ProvableAsync(request.HasHeight ? request.Height : null, context.CancellationToken)
            : null;
        return ChainMessages.Of(chain.Account(id, provable));
    }

    public Task<V1.Fees> GetFees(V1.GetFeesRequest request, ServerCallContext context) => Task.FromResult(ChainMessages.Of(chain.Fees()));

    public Task<V1.Status> GetStatus(V1.GetStatusRequest request, ServerCallContext context) => Task.FromResult(ChainMessages.Of(chain.Status()));

    public Task<V1.Anchor> GetAnchor(V1.GetAnchorRequest request, ServerCallContext context) => Task.FromResult(TransactionMessages.Of(
        RequestValues.HeightOrLatest(request.Height) is { } height ? anchors.Of(height) : anchors.Latest()));
}
