using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SharedSequencer.Cryptography;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Gateway;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.SystemTests.Evm;

namespace SharedSequencer.SystemTests.Gateway;

/// <summary>A gateway in front of a real geth, with a stand-in for the sequencer.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly EvmExecutor _executor;
    private readonly SecretKey _key = SecretKey.Generate();
    private ProgramHost _host;

    private GatewayUnderTest(GethNode geth, EvmExecutor executor, SequencerStandIn sequencer, GatewayOptions options)
    {
        Geth = geth;
        _executor = executor;
        Sequencer = sequencer;
        Options = options;
        _host = GatewayProgram.Build(options, _key, TextWriter.Synchronized(Log));
    }

    public GethNode Geth { get; }

    public SequencerStandIn Sequencer { get; }

    public GatewayOptions Options { get; private set; }

    public StringWriter Log { get; } = new();

    public Uri Url => _host.UrlOf(GatewayProgram.Listener);

    public static async Task<GatewayUnderTest> StartAsync(Func<GatewayOptions, GatewayOptions>? change = null)
    {
        var geth = await GethNode.StartAsync();
        var executor = geth.Executor();
        var sequencer = await SequencerStandIn.StartAsync(executor);
        var options = new GatewayOptions
        {
            Listen = new ListenAddress(IPAddress.Loopback, 0),
            NodeUrl = sequencer.Url,
            GethUrl = geth.Rpc.Client.Url,
            Namespace = NamespaceId.OfName("alpha"),
            NamespaceText = "alpha",
            KeyFile = "",
        };
        var gateway = new GatewayUnderTest(geth, executor, sequencer, change?.Invoke(options) ?? options);
        await gateway.StartHostAsync();
        return gateway;
    }

    /// <summary>Ends the gateway and starts a fresh one, which remembers nothing.</summary>
    public async Task RestartAsync(Func<GatewayOptions, GatewayOptions>? change = null)
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
        Options = change?.Invoke(Options) ?? Options;
        _host = GatewayProgram.Build(Options, _key, TextWriter.Synchronized(Log));
        await StartHostAsync();
    }

    public async Task<JsonElement> CallAsync(string method, params object[] parameters)
    {
        var answer = await AskAsync(method, parameters);
        return answer.TryGetProperty("result", out var result)
            ? result
            : throw new InvalidOperationException($"{method}: {answer.GetProperty("error").GetRawText()}");
    }

    /// <summary>Code and message of the error that a call is answered with.</summary>
    public async Task<(int Code, string Message)> ErrorAsync(string method, params object[] parameters)
    {
        var error = (await AskAsync(method, parameters)).GetProperty("error");
        return (error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()!);
    }

    public async Task<string> SendAsync(byte[] raw) => (await CallAsync("eth_sendRawTransaction", Hex(raw))).GetString()!;

    public Task<(int Code, string Message)> RefusalAsync(byte[] raw) => ErrorAsync("eth_sendRawTransaction", Hex(raw));

    public async Task<ulong> PendingNonceAsync(string address) =>
        SharedSequencer.Evm.Rpc.Quantity.ReadUInt64((await CallAsync("eth_getTransactionCount", address, "pending")).GetString());

    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await _http.PostAsync(Url, content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<HttpResponseMessage> SendHttpAsync(HttpMethod method, string path) =>
        _http.SendAsync(new HttpRequestMessage(method, new Uri(Url, path)));

    /// <summary>Asks until the answer is as wanted, at most 20 s.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isWanted)
    {
        var deadline = DateTime.UtcNow.AddSeconds(20);
        while (true)
        {
            var answer = await ask();
            if (isWanted(answer) || DateTime.UtcNow > deadline)
                return answer;
            await Task.Delay(20);
        }
    }

    public Task<JsonElement> ReceiptAsync(string hash) =>
        UntilAsync(() => CallAsync("eth_getTransactionReceipt", hash), r => r.ValueKind == JsonValueKind.Object);

    /// <summary>The status, once it is as wanted.</summary>
    public Task<JsonElement> StatusAsync(string hash, Func<JsonElement, bool> isWanted) =>
        UntilAsync(() => CallAsync("seq_getTransactionStatus", hash), isWanted);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
        await Sequencer.DisposeAsync();
        _executor.Dispose();
        await Geth.DisposeAsync();
        _http.Dispose();
        await Log.DisposeAsync();
    }

    private static string Hex(byte[] raw) => "0x" + Convert.ToHexStringLower(raw);

    private async Task<JsonElement> AskAsync(string method, object[] parameters)
    {
        var (_, body) = await PostAsync(JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 1, method, @params = parameters }));
        return JsonDocument.Parse(body).RootElement;
    }

    private async Task StartHostAsync()
    {
        await _host.StartAsync();
        var ready = await UntilAsync(() => SendHttpAsync(HttpMethod.Get, "/readyz"), r => r.IsSuccessStatusCode);
        if (!ready.IsSuccessStatusCode)
            throw new InvalidOperationException($"The gateway is not ready: {await ready.Content.ReadAsStringAsync()} {Log}");
    }
}
