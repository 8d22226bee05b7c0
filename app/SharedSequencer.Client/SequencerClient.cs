using System.Buffers.Binary;
using System.Globalization;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client.Streams;
using SharedSequencer.Client.Transport;
using SharedSequencer.Primitives;

namespace SharedSequencer.Client;

/// <summary>
/// The node's HTTP API, typed. Safe on every thread. Its answers are the node's word:
/// <see cref="SliceVerifier"/>, <see cref="SliceHistoryVerifier"/> and <see cref="AccountVerifier"/> check those that bring a proof.
/// </summary>
/// <remarks>
/// Every method throws <see cref="SequencerApiException"/> when the node answers with a problem, and
/// <see cref="SequencerConnectionException"/> when it does not answer, or makes no sense.
/// </remarks>
public sealed class SequencerClient : IDisposable
{
    private const int NamespacePage = 1000;

    private readonly ApiTransport _transport;

    /// <param name="node">Such as <c>http://127.0.0.1:8080</c>, without <c>/v1</c>.</param>
    /// <param name="http">The caller's, who disposes of it; null for one of our own.</param>
    /// <param name="options">Bounds of time and size.</param>
    /// <exception cref="ArgumentException"><paramref name="node"/> is not absolute http or https.</exception>
    public SequencerClient(Uri node, HttpClient? http = null, SequencerClientOptions? options = null) =>
        _transport = new ApiTransport(node, http, options ?? new SequencerClientOptions());

    public Uri Node => _transport.Node;

    public void Dispose() => _transport.Dispose();

    /// <summary>Submits a signed transaction's bytes. The same bytes may be submitted any number of times.</summary>
    public async Task<SubmitTransactionResponse> SubmitAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation = default)
    {
        var answer = await _transport.PostAsync("transactions", raw.ToArray(), ApiJson.Default.SubmitTransactionResponse, cancellation)
            .ConfigureAwait(false);
        CheckId(answer, raw);
        return answer;
    }

    /// <summary>Submits several transactions in one request, in order: one answer for each.</summary>
    public async Task<IReadOnlyList<SubmitTransactionResponse>> SubmitBatchAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> raws, CancellationToken cancellation = default)
    {
        var body = new byte[raws.Sum(raw => 4 + raw.Length)];
        var position = 0;
        foreach (var raw in raws)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(position), (uint)raw.Length);
            raw.Span.CopyTo(body.AsSpan(position + 4));
            position += 4 + raw.Length;
        }

        var answers = await _transport.PostAsync("transactions/batch", body, ApiJson.Default.SubmitTransactionResponseArray, cancellation)
            .ConfigureAwait(false);
        if (answers.Length != raws.Count)
            throw _transport.Fault($"gave {answers.Length} answers to a batch of {raws.Count}.");
        for (var i = 0; i < answers.Length; i++)
            CheckId(answers[i], raws[i]);
        return answers;
    }

    /// <summary>The status of a transaction; null when the node does not know it.</summary>
    public Task<TransactionStatusResponse?> GetTransactionAsync(Hash256 id, CancellationToken cancellation = default) =>
        _transport.FindAsync($"transactions/{id}", ApiJson.Default.TransactionStatusResponse, cancellation);

    /// <summary>
    /// The present status, then each change, until the transaction is firm or at an end. Broken connections are
    /// restored. A 404 is thrown when the node does not know the transaction.
    /// </summary>
    public IAsyncEnumerable<TransactionStatusResponse> WatchTransactionAsync(Hash256 id, CancellationToken cancellation = default) =>
        new TransactionWatcher(_transport, id).WatchAsync(cancellation);

    /// <summary>Waits until a transaction has reached a step, or is at an end: look at the status that is returned.</summary>
    /// <param name="status">One of final, anchored, firm (or received).</param>
    /// <exception cref="TimeoutException">Neither happened within <paramref name="timeout"/>.</exception>
    public async Task<TransactionStatusResponse> WaitForAsync(
        Hash256 id, string status, TimeSpan timeout, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        TransactionStatusResponse? last = null;
        try
        {
            await foreach (var step in WatchTransactionAsync(id, limit.Token).ConfigureAwait(false))
            {
                last = step;
                if (TransactionLadder.HasReached(step.Status, status) || TransactionLadder.IsEnd(step.Status))
                    return step;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"Transaction {id} is {last?.Status ?? "unknown"}, not {status}, after {timeout.TotalSeconds:0.#} s.");
        }

        // A watch ends only at firm, which is above every step, or at an end.
        throw new InvalidOperationException($"The watch of {id} ended at {last?.Status}.");
    }

    /// <summary>All namespaces, by id. Large lists take several requests; what registers meanwhile may be missing.</summary>
    public async Task<NamespaceListResponse> GetNamespacesAsync(CancellationToken cancellation = default)
    {
        List<NamespaceResponse> all = [];
        NamespaceId last = default;
        while (true)
        {
            var after = all.Count == 0 ? "" : $"&after={last}";
            var page = await _transport.GetAsync(
                Invariant($"namespaces?limit={NamespacePage}{after}"), ApiJson.Default.NamespaceListResponse, cancellation).ConfigureAwait(false);
            foreach (var record in page.Namespaces)
            {
                // Ids that do not grow would lead in a circle.
                if (!NamespaceId.TryParse(record?.Id, out var id) || id.CompareTo(last) <= 0)
                    throw _transport.Fault($"listed namespace {record?.Id ?? "(none)"} behind {last}, out of order.");
                last = id;
                all.Add(record!);
            }

            if (page.Namespaces.Count < NamespacePage)
                return new NamespaceListResponse(all);
        }
    }

    /// <summary>A namespace's record and head; null when it is not registered.</summary>
    public Task<NamespaceResponse?> GetNamespaceAsync(NamespaceId id, CancellationToken cancellation = default) =>
        _transport.FindAsync($"namespaces/{id}", ApiJson.Default.NamespaceResponse, cancellation);

    /// <summary>A namespace's part of one block, perhaps without entries.</summary>
    public async Task<SliceResponse> GetSliceAsync(
        NamespaceId id, long height, bool withProof = false, CancellationToken cancellation = default)
    {
        var slice = await _transport.GetAsync(
            Invariant($"namespaces/{id}/slices/{height}?proof={Flag(withProof)}"), ApiJson.Default.SliceResponse, cancellation)
            .ConfigureAwait(false);
        if (slice.Namespace != id.ToString() || slice.Height != height)
            throw _transport.Fault($"sent the slice of {slice.Namespace} at height {slice.Height} instead of {id} at {height}.");
        return slice;
    }

    /// <summary>Slices by number, from <paramref name="from"/> on; fewer than <paramref name="limit"/> when there are no more.</summary>
    public async Task<SliceRangeResponse> GetSlicesAsync(
        NamespaceId id, ulong from, int limit, bool withProof = false, CancellationToken cancellation = default)
    {
        var range = await _transport.GetAsync(
            Invariant($"namespaces/{id}/slices?from={from}&limit={limit}&proof={Flag(withProof)}"),
            ApiJson.Default.SliceRangeResponse,
            cancellation).ConfigureAwait(false);
        CheckNumbers(range, id, from);
        return range;
    }

    /// <summary>
    /// Slices by number with one proof for all of them, as far as a header proves them that is there;
    /// <see cref="SliceHistoryVerifier"/> checks it. Fewer than <paramref name="limit"/> also where they are large.
    /// </summary>
    public async Task<SliceRangeResponse> ProveSlicesAsync(NamespaceId id, ulong from, int limit, CancellationToken cancellation = default)
    {
        var range = await _transport.GetAsync(
            Invariant($"namespaces/{id}/slices?from={from}&limit={limit}&history=true"), ApiJson.Default.SliceRangeResponse, cancellation)
            .ConfigureAwait(false);
        CheckNumbers(range, id, from);
        return range;
    }

    /// <summary>A namespace's head with its proof; <see cref="SliceHistoryVerifier"/> checks it.</summary>
    /// <param name="id">Whose head.</param>
    /// <param name="height">Of the state: one of the last few. The newest that can be proven when null.</param>
    /// <param name="cancellation">Ends the request.</param>
    public Task<HeadResponse> ProveHeadAsync(NamespaceId id, long? height = null, CancellationToken cancellation = default) =>
        _transport.GetAsync(
            height is { } h ? Invariant($"namespaces/{id}/head?proof=true&height={h}") : $"namespaces/{id}/head?proof=true",
            ApiJson.Default.HeadResponse,
            cancellation);

    /// <summary>
    /// The proof that a namespace's head of one slice count is the beginning of that of a later one;
    /// <see cref="SliceHistoryVerifier"/> checks it.
    /// </summary>
    public Task<HeadConsistencyResponse> ProveConsistencyAsync(
        NamespaceId id, ulong fromCount, ulong toCount, CancellationToken cancellation = default) =>
        _transport.GetAsync(
            Invariant($"namespaces/{id}/consistency?from_count={fromCount}&to_count={toCount}"),
            ApiJson.Default.HeadConsistencyResponse,
            cancellation);

    /// <summary>
    /// Slices from a number on, past ones first, then each as it becomes final; and the tip between them. Each slice
    /// exactly once and in order, however often the connection breaks. Ends only by cancellation or an exception.
    /// </summary>
    public IAsyncEnumerable<SliceStreamEvent> FollowSlicesAsync(
        NamespaceId id, ulong from, bool withProof = false, CancellationToken cancellation = default) =>
        new SliceFollower(_transport, id, from, withProof).FollowAsync(cancellation);

    /// <summary>A block; the newest one when <paramref name="height"/> is null.</summary>
    public Task<BlockResponse> GetBlockAsync(long? height, CancellationToken cancellation = default) =>
        _transport.GetAsync($"blocks/{HeightOrLatest(height)}", ApiJson.Default.BlockResponse, cancellation);

    /// <summary>Header, commit and validator set of a height; the newest that the node has them of when null.</summary>
    public Task<LightResponse> GetLightAsync(long? height, CancellationToken cancellation = default) =>
        _transport.GetAsync($"light/{HeightOrLatest(height)}", ApiJson.Default.LightResponse, cancellation);

    /// <summary>An account; one that was never used has balance and nonce 0.</summary>
    public Task<AccountResponse> GetAccountAsync(AccountId account, CancellationToken cancellation = default) =>
        _transport.GetAsync($"accounts/{account}", ApiJson.Default.AccountResponse, cancellation);

    /// <summary>
    /// An account with the proof of its record, or of its absence; <see cref="AccountVerifier"/> checks it.
    /// </summary>
    /// <param name="account">Whose record.</param>
    /// <param name="height">Of the state: one of the last few. The newest that can be proven when null.</param>
    /// <param name="cancellation">Ends the request.</param>
    public Task<AccountResponse> ProveAccountAsync(AccountId account, long? height = null, CancellationToken cancellation = default) =>
        _transport.GetAsync(
            height is { } h ? Invariant($"accounts/{account}?proof=true&height={h}") : $"accounts/{account}?proof=true",
            ApiJson.Default.AccountResponse,
            cancellation);

    public Task<FeesResponse> GetFeesAsync(CancellationToken cancellation = default) =>
        _transport.GetAsync("fees", ApiJson.Default.FeesResponse, cancellation);

    public Task<StatusResponse> GetStatusAsync(CancellationToken cancellation = default) =>
        _transport.GetAsync("status", ApiJson.Default.StatusResponse, cancellation);

    /// <summary>The anchor that covers a height, or the newest one; null when there is none yet.</summary>
    public Task<AnchorResponse?> GetAnchorAsync(long? height, CancellationToken cancellation = default) =>
        _transport.FindAsync(
            height is { } h ? Invariant($"anchors?height={h}") : "anchors/latest", ApiJson.Default.AnchorResponse, cancellation);

    private void CheckNumbers(SliceRangeResponse range, NamespaceId id, ulong from)
    {
        for (var i = 0; i < range.Slices.Count; i++)
        {
            if (range.Slices[i]?.Namespace != id.ToString() || range.Slices[i].Number != from + (ulong)i)
                throw _transport.Fault($"sent slices of {id} from number {from} on that are not consecutive.");
        }
    }

    private void CheckId(SubmitTransactionResponse? answer, ReadOnlyMemory<byte> raw)
    {
        var id = Hash256.Of(raw.Span).ToString();
        if (answer?.Id != id)
            throw _transport.Fault($"answered for transaction {answer?.Id ?? "(none)"} instead of {id}.");
    }

    private static string HeightOrLatest(long? height) => height?.ToString(CultureInfo.InvariantCulture) ?? "latest";

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
