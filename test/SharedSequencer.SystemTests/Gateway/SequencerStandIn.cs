using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.SystemTests.Gateway;

/// <summary>
/// A sequencer for one rollup that speaks the node's API and orders at once: each submission is a block with one slice,
/// executed on a real geth. It lets a test hold, refuse and lose what the real chain loses only by bad luck.
/// </summary>
internal sealed class SequencerStandIn : IAsyncDisposable
{
    public const string ChainId = "standin-1";

    private static readonly NamespaceId s_namespace = NamespaceId.OfName("alpha");

    private readonly SemaphoreSlim _turn = new(1);
    private readonly IRollupExecutor _executor;
    private readonly List<SliceResponse> _slices = [];
    private readonly List<SignedTransaction> _pool = [];
    private readonly Dictionary<ulong, SignedTransaction> _parked = [];
    private readonly Dictionary<string, TransactionStatusResponse> _statuses = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _ticks;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ProgramHost _host = null!;
    private ulong _nonce;
    private long _height = 1;

    private SequencerStandIn(IRollupExecutor executor)
    {
        _executor = executor;
        _ticks = TickAsync();
    }

    public Uri Url => _host.UrlOf("api");

    /// <summary>While set, submissions stay in the pool and no block is made.</summary>
    public bool IsHeld { get; set; }

    /// <summary>While set, slices are final but not executed.</summary>
    public bool IsExecutorHeld { get; set; }

    /// <summary>The next submission is refused so.</summary>
    public Problem? NextRefusal { get; set; }

    /// <summary>Every submission that was taken, in order.</summary>
    public List<SignedTransaction> Taken { get; } = [];

    public static async Task<SequencerStandIn> StartAsync(IRollupExecutor executor)
    {
        var node = new SequencerStandIn(executor);
        var builder = new ProgramHostBuilder(new ProgramHostOptions
        {
            Program = "standin",
            Listeners = [new Listener("api", new ListenAddress(IPAddress.Loopback, 0))],
            LogOutput = TextWriter.Null,
        });
        builder.Map(node.Map);
        node._host = builder.Build();
        await node._host.StartAsync();
        return node;
    }

    /// <summary>Puts payloads into a slice of their own, as another writer of the namespace would.</summary>
    public async Task WriteAsync(params byte[][] payloads)
    {
        await _turn.WaitAsync();
        try
        {
            await MakeSliceAsync([.. payloads.Select((p, i) => new EntryResponse(1, (uint)i, new string('a', 10), p) { Transaction = new string('e', 64) })]);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes the held submissions' blocks.</summary>
    public async Task ReleaseAsync()
    {
        IsHeld = false;
        await _turn.WaitAsync();
        try
        {
            await OrderAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Loses the pool, as a node does that is restarted.</summary>
    public void Lose()
    {
        foreach (var transaction in _pool)
            _statuses.Remove(transaction.Id.ToString());
        _nonce -= (ulong)_pool.Count;
        _pool.Clear();
    }

    /// <summary>Ends what is held.</summary>
    public void End(string status, string reason)
    {
        foreach (var transaction in _pool)
            _statuses[transaction.Id.ToString()] = new(transaction.Id.ToString(), status) { Reason = new(status, reason) };
        _nonce -= (ulong)_pool.Count;
        _pool.Clear();
    }

    /// <summary>Executes what was held back from the executor.</summary>
    public async Task ReleaseExecutorAsync()
    {
        IsExecutorHeld = false;
        await _turn.WaitAsync();
        try
        {
            await ExecuteAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Everything up to now is deep enough in Bitcoin.</summary>
    public Task MarkFirmAsync() => _executor.UpdateCommitmentAsync((ulong)_slices.Count);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _ticks;
        await _host.StopAsync();
        await _host.DisposeAsync();
        _stopping.Dispose();
        _turn.Dispose();
    }

    private void Map(WebApplication app)
    {
        app.MapPost("/v1/transactions", (RequestDelegate)SubmitAsync);
        app.MapGet("/v1/transactions/{id}", (RequestDelegate)(c => _statuses.TryGetValue((string)c.Request.RouteValues["id"]!, out var status)
            ? AnswerAsync(c, status, ApiJson.Default.TransactionStatusResponse)
            : throw new ProblemException(404, ProblemCodes.NotFound, "Not found", "Unknown transaction.")));
        app.MapGet("/v1/status", (RequestDelegate)(c => AnswerAsync(c, Status(), ApiJson.Default.StatusResponse)));
        app.MapGet("/v1/fees", (RequestDelegate)(c => AnswerAsync(c, new FeesResponse("1", "0", _height), ApiJson.Default.FeesResponse)));
        app.MapGet("/v1/accounts/{address}", (RequestDelegate)(c => AnswerAsync(c, new AccountResponse
        {
            Address = (string)c.Request.RouteValues["address"]!,
            Balance = "1000000",
            Nonce = _nonce,
            PendingNonce = _nonce,
            Height = _height,
        }, ApiJson.Default.AccountResponse)));
        app.MapGet("/v1/namespaces/{ns}", (RequestDelegate)(c => AnswerAsync(c, Record(), ApiJson.Default.NamespaceResponse)));
        app.MapGet("/v1/namespaces/{ns}/slices", (RequestDelegate)RangeAsync);
        app.MapGet("/v1/namespaces/{ns}/slices/stream", (RequestDelegate)(c =>
            SseStream.RunAsync(c, new SseOptions(), _host.Stopping, stream => StreamAsync(stream, From(c)))));
    }

    private async Task SubmitAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        await _turn.WaitAsync();
        try
        {
            if (NextRefusal is { } refusal)
            {
                NextRefusal = null;
                throw new ProblemException(refusal);
            }

            if (!SignedTransaction.TryDecode(body.ToArray(), out var transaction, out var error) || !transaction.HasValidSignature())
                throw new ProblemException(400, "malformed", "Malformed", error);
            var id = transaction.Id.ToString();
            if (!_statuses.TryGetValue(id, out var known) || known.Status == TransactionStatuses.Evicted)
            {
                if (transaction.Body.Nonce < _nonce)
                    throw new ProblemException(400, "nonce_too_low", "Nonce", $"The next nonce is {_nonce}, not {transaction.Body.Nonce}.");
                Taken.Add(transaction);
                _parked.Add(transaction.Body.Nonce, transaction);
                _statuses[id] = new TransactionStatusResponse(id, TransactionStatuses.WaitingForNonce);
                while (_parked.Remove(_nonce, out var runnable))
                {
                    _nonce++;
                    _pool.Add(runnable);
                    _statuses[$"{runnable.Id}"] = new TransactionStatusResponse($"{runnable.Id}", TransactionStatuses.Received);
                }

                if (!IsHeld)
                    await OrderAsync();
            }

            await AnswerAsync(context, new SubmitTransactionResponse(id, _statuses[id].Status), ApiJson.Default.SubmitTransactionResponse);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task OrderAsync()
    {
        foreach (var transaction in _pool)
        {
            var id = transaction.Id.ToString();
            var entries = transaction.Body.Actions.OfType<SubmitData>()
                .Select((a, i) => new EntryResponse(1, (uint)i, transaction.Sender.ToString(), a.Payload.ToArray()) { Transaction = id }).ToList();
            if (entries.Count > 0)
                await MakeSliceAsync(entries);
            _statuses[id] = new(id, TransactionStatuses.Final) { Height = _height, Index = 1, Time = DateTimeOffset.UtcNow };
        }

        _pool.Clear();
    }

    private async Task MakeSliceAsync(List<EntryResponse> entries)
    {
        _slices.Add(new SliceResponse
        {
            Namespace = s_namespace.ToString(),
            Height = ++_height,
            Time = DateTimeOffset.UtcNow,
            BlockHash = new string('b', 64),
            Number = (ulong)_slices.Count + 1,
            Entries = entries,
        });
        if (!IsExecutorHeld)
            await ExecuteAsync();
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private async Task ExecuteAsync()
    {
        for (var next = (await _executor.GetInfoAsync()).NextSlice; next <= (ulong)_slices.Count; next++)
        {
            var slice = _slices[(int)next - 1];
            await _executor.ExecuteAsync(new ExecutorSlice(next, slice.Height, slice.Time, [.. slice.Entries.Select(e => e.Payload)]));
        }
    }

    /// <summary>Empty blocks, which close what the executor gathers.</summary>
    private async Task TickAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(200, _stopping.Token);
                await _turn.WaitAsync(_stopping.Token);
                try
                {
                    if (!IsExecutorHeld)
                        await _executor.TipAsync(new ExecutorTip(++_height, DateTimeOffset.UtcNow));
                }
                catch (ClientUnreachableException)
                {
                    // A test has taken geth away: as the relayer does, it is told again at the next block.
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task StreamAsync(SseStream stream, ulong from)
    {
        while (true)
        {
            var changed = _changed.Task;
            for (; from <= (ulong)_slices.Count; from++)
                await stream.SendAsync("slice", _slices[(int)from - 1], ApiJson.Default.SliceResponse, $"{from}");
            await stream.SendAsync("tip", new TipEvent(_height, DateTimeOffset.UtcNow, new string('b', 64)), ApiJson.Default.TipEvent);
            await changed.WaitAsync(stream.Ended);
        }
    }

    private Task RangeAsync(HttpContext context)
    {
        var from = From(context);
        var limit = int.Parse(context.Request.Query["limit"].ToString());
        var slices = _slices.Skip((int)from - 1).Take(limit).ToList();
        return AnswerAsync(context, new SliceRangeResponse(slices, from + (ulong)slices.Count), ApiJson.Default.SliceRangeResponse);
    }

    private StatusResponse Status() => new()
    {
        ChainId = ChainId,
        Version = "0",
        Engine = "cometbft",
        Height = _height,
        Time = DateTimeOffset.UtcNow,
        BlockHash = new string('b', 64),
        AppHash = new string('a', 64),
        EarliestHeight = 1,
        LightHeight = _height,
        PoolCount = _pool.Count,
        PoolBytes = 0,
        MaxTransactionLifetime = 3600,
    };

    private NamespaceResponse Record() => new()
    {
        Id = s_namespace.ToString(),
        Name = "alpha",
        Owner = "seq1",
        FeeRecipient = "seq1",
        SurchargePerByte = "0",
        FeePerByte = "0",
        MaxBytesPerBlock = 0,
        DataMode = "full",
        Deposit = "0",
        Head = new NamespaceHeadResponse((ulong)_slices.Count, _height, new string('c', 64)),
    };

    private static ulong From(HttpContext context) => ulong.Parse(context.Request.Query["from"].ToString());

    private static Task AnswerAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(answer, type);
}
