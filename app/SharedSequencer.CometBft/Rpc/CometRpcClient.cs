using System.Collections.Immutable;
using System.Text.Json;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>
/// A typed client of CometBFT's JSON-RPC (v0.38 to v0.40). Every answer is bounded, in time and in bytes, and checked
/// in form; whether it is true is for the caller to check against a hash that it trusts. Safe on every thread.
/// </summary>
/// <remarks>All calls throw <see cref="CometRpcException"/>. Never call it from inside an ABCI call: CometBFT would wait for itself.</remarks>
public sealed class CometRpcClient(CometRpcOptions options) : IDisposable
{
    private const int ValidatorsPerPage = 100;

    private readonly RpcTransport _transport = new(options);

    /// <summary>Returns when CometBFT answers at all.</summary>
    public Task HealthAsync(CancellationToken cancellation = default) =>
        CallAsync("health", null, _ => true, cancellation);

    public Task<ChainStatus> StatusAsync(CancellationToken cancellation = default) =>
        CallAsync("status", null, ChainStatus.Read, cancellation);

    /// <summary>Header and commit of a height, by default of the newest.</summary>
    public async Task<CommitAnswer> CommitAsync(long? height = null, CancellationToken cancellation = default)
    {
        var answer = await CallAsync("commit", json => WriteHeight(json, height), CommitAnswer.Read, cancellation);
        CheckHeight("commit", height, answer.SignedHeader.Header.Height);
        return answer;
    }

    /// <summary>
    /// The whole validator set of a height: every page joined, with the count that each page states.
    /// </summary>
    /// <param name="expectedHash">The validators_hash that the set must have; null leaves the set unchecked.</param>
    public async Task<ValidatorSet> ValidatorsAsync(long height, Hash256? expectedHash, CancellationToken cancellation = default)
    {
        const string Method = "validators";
        var members = ImmutableArray.CreateBuilder<Validator>();
        long total;
        var page = 1;
        do
        {
            var part = await CallAsync(Method, json => WritePage(json, height, page), ValidatorPage.Read, cancellation);
            total = part.Total;
            members.AddRange(part.Validators);
            if (part.Height != height || total > ValidatorSet.MaximumCount || part.Validators.IsEmpty || members.Count > total)
            {
                throw Malformed(
                    Method,
                    $"page {page} has {part.Validators.Length} validators of height {part.Height}; {members.Count} of {total} are there");
            }

            page++;
        }
        while (members.Count < total);

        ValidatorSet set;
        try
        {
            set = ValidatorSet.From(members.DrainToImmutable());
        }
        catch (FormatException exception)
        {
            throw _transport.Failed(CometRpcFailure.Malformed, Method, exception.Message, exception);
        }

        if (expectedHash is { } wanted && set.Hash() is var hash && hash != wanted)
            throw Malformed(Method, $"the set of height {height} has the hash {hash}, not {wanted} as the header says");
        return set;
    }

    /// <summary>A block, by default the newest; its parts are checked against its header, and the header against its id.</summary>
    public async Task<BlockAnswer> BlockAsync(long? height = null, CancellationToken cancellation = default)
    {
        var answer = await CallAsync("block", json => WriteHeight(json, height), BlockAnswer.Read, cancellation);
        CheckHeight("block", height, answer.Header.Height);
        return answer.Fault() is { } fault ? throw Malformed("block", fault) : answer;
    }

    /// <summary>A header, by default the newest.</summary>
    public async Task<Header> HeaderAsync(long? height = null, CancellationToken cancellation = default)
    {
        var header = await CallAsync(
            "header", json => WriteHeight(json, height), json => CometJsonReader.Header(json.Get("header")), cancellation);
        CheckHeight("header", height, header.Height);
        return header;
    }

    public async Task<BlockResults> BlockResultsAsync(long height, CancellationToken cancellation = default)
    {
        var results = await CallAsync("block_results", json => WriteHeight(json, height), BlockResults.Read, cancellation);
        CheckHeight("block_results", height, results.Height);
        return results;
    }

    public Task<ApplicationInfo> ApplicationInfoAsync(CancellationToken cancellation = default) =>
        CallAsync("abci_info", null, json => ApplicationInfo.Read(json.Get("response")), cancellation);

    /// <summary>Asks the application. A refusal is an answer with a code, not an exception.</summary>
    /// <param name="height">0 for the newest that the application can answer.</param>
    public Task<QueryAnswer> QueryAsync(
        string path, ReadOnlyMemory<byte> data, long height = 0, bool prove = false, CancellationToken cancellation = default) =>
        CallAsync(
            "abci_query",
            json =>
            {
                json.WriteString("path", path);
                json.WriteString("data", Convert.ToHexString(data.Span));
                json.Int64("height", height);
                json.WriteBoolean("prove", prove);
            },
            json => QueryAnswer.Read(json.Get("response")),
            cancellation);

    public Task<GenesisDocument> GenesisAsync(CancellationToken cancellation = default) =>
        CallAsync("genesis", null, json => GenesisDocument.Read(json.Get("genesis")), cancellation);

    /// <summary>
    /// The parameters in force at a height. There is no default: CometBFT's own is the height being decided, whose
    /// parameters it does not always have yet.
    /// </summary>
    public Task<ConsensusParams> ConsensusParamsAsync(long height, CancellationToken cancellation = default) =>
        CallAsync(
            "consensus_params",
            json => WriteHeight(json, height),
            json => CometJsonReader.ConsensusParams(json.Get("consensus_params")),
            cancellation);

    /// <summary>Submits a transaction and waits for CheckTx. What CometBFT or the application refuses is an outcome, not an exception.</summary>
    public Task<BroadcastAnswer> BroadcastAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellation = default) =>
        BroadcastAsync("broadcast_tx_sync", transaction, cancellation);

    /// <summary>Hands a transaction over without waiting for CheckTx: <see cref="BroadcastOutcome.Accepted"/> says nothing of it.</summary>
    public Task<BroadcastAnswer> BroadcastWithoutCheckAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellation = default) =>
        BroadcastAsync("broadcast_tx_async", transaction, cancellation);

    /// <summary>A transaction by its hash. CometBFT's indexer must be on.</summary>
    public async Task<TransactionAnswer> TransactionAsync(Hash256 hash, bool prove, CancellationToken cancellation = default)
    {
        const string Method = "tx";
        var answer = await CallAsync(
            Method,
            json =>
            {
                json.WriteBase64String("hash", hash.Span);
                json.WriteBoolean("prove", prove);
            },
            TransactionAnswer.Read,
            cancellation);
        if (answer.Hash != hash || Hash256.Of(answer.Transaction.Span) != hash)
            throw Malformed(Method, $"the transaction in the answer is not {hash}");
        return answer;
    }

    public void Dispose() => _transport.Dispose();

    private static void WriteHeight(Utf8JsonWriter json, long? height)
    {
        if (height is { } value)
            json.Int64("height", value);
    }

    private static void WritePage(Utf8JsonWriter json, long height, int page)
    {
        json.Int64("height", height);
        json.Int64("page", page);
        json.Int64("per_page", ValidatorsPerPage);
    }

    private async Task<BroadcastAnswer> BroadcastAsync(string method, ReadOnlyMemory<byte> transaction, CancellationToken cancellation)
    {
        var hash = Hash256.Of(transaction.Span);
        using var answer = await _transport.CallAsync(
            method, json => json.WriteBase64String("tx", transaction.Span), cancellation);
        if (answer.Error is { } error)
        {
            BroadcastOutcome? outcome =
                error.IsAlreadyInCache ? BroadcastOutcome.AlreadyInCache
                : error.IsMempoolFull ? BroadcastOutcome.MempoolFull
                : error.IsTooLarge ? BroadcastOutcome.TooLarge
                : null;
            return outcome is { } known ? new BroadcastAnswer(known, hash, 0, "", error.ToString()) : throw Refused(method, error);
        }

        return Read(method, answer.Result, json =>
        {
            if (json.Get("hash").Hash() != hash)
                throw json.Get("hash").Wrong($"the transaction's hash {hash}");
            var code = json.Get("code").UInt32();
            return new BroadcastAnswer(
                code == 0 ? BroadcastOutcome.Accepted : BroadcastOutcome.Refused,
                hash,
                code,
                json.TryGet("codespace", out var codespace) ? codespace.Text() : "",
                json.Get("log").Text());
        });
    }

    private async Task<T> CallAsync<T>(
        string method, Action<Utf8JsonWriter>? parameters, Func<JsonField, T> read, CancellationToken cancellation)
    {
        using var answer = await _transport.CallAsync(method, parameters, cancellation);
        return answer.Error is { } error ? throw Refused(method, error) : Read(method, answer.Result, read);
    }

    private T Read<T>(string method, JsonField result, Func<JsonField, T> read)
    {
        // CometBFT answers null for a block that its store does not have.
        if (result.IsNull)
            throw _transport.Failed(CometRpcFailure.NotFound, method, "it has nothing there");
        try
        {
            return read(result);
        }
        catch (CometJsonException exception)
        {
            throw _transport.Failed(CometRpcFailure.Malformed, method, exception.Message, exception);
        }
    }

    private void CheckHeight(string method, long? asked, long answered)
    {
        if (asked is { } height && height != answered)
            throw Malformed(method, $"height {height} was asked for, the answer is of height {answered}");
    }

    private CometRpcException Refused(string method, RpcError error) => _transport.Failed(error.Failure, method, error.ToString());

    private CometRpcException Malformed(string method, string why) => _transport.Failed(CometRpcFailure.Malformed, method, why);
}
