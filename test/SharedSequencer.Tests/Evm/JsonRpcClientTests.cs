using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Rpc;

namespace SharedSequencer.Tests.Evm;

public sealed class JsonRpcClientTests
{
    [Test]
    public async Task A_result_comes_back_and_each_request_has_a_fresh_token()
    {
        var tokens = new List<string>();
        var count = 0;
        await using var server = await Server.StartAsync(async context =>
        {
            tokens.Add(context.Request.Headers.Authorization.ToString());
            await context.Response.WriteAsync("""{"jsonrpc":"2.0","id":0,"result":"0x2a"}""");
        });
        using var client = new JsonRpcClient(server.Url, bearerToken: () => $"t{++count}");
        Assert.That(await new GethRpc(client).ChainIdAsync(), Is.EqualTo(42UL));
        await client.CallAsync(JsonRpcCall.Of("x", "y"));
        Assert.That(tokens, Is.EqualTo(new[] { "Bearer t1", "Bearer t2" }));
    }

    [Test]
    public async Task A_refusal_carries_the_servers_words()
    {
        await using var server = await Server.AnswerAsync("""{"jsonrpc":"2.0","id":0,"error":{"code":-32000,"message":"nonce too high: address 0xab"}}""");
        using var client = new JsonRpcClient(server.Url);
        var refused = Assert.ThrowsAsync<JsonRpcErrorException>(() => client.CallAsync(JsonRpcCall.Of("testing_buildBlockV1")));
        Assert.That((refused!.Method, refused.Code, refused.ServerMessage), Is.EqualTo(("testing_buildBlockV1", -32000, "nonce too high: address 0xab")));
    }

    [TestCase("", TestName = "An_empty_answer_is_no_answer")]
    [TestCase("<html>", TestName = "An_answer_that_is_not_JSON_is_no_answer")]
    [TestCase("[]", TestName = "An_array_is_no_answer_to_one_call")]
    [TestCase("{}", TestName = "Neither_result_nor_error_is_no_answer")]
    [TestCase("""{"id":0,"result":7}""", TestName = "A_result_of_another_shape_is_no_answer")]
    [TestCase("""{"id":0,"error":"no"}""", TestName = "An_error_of_another_shape_is_no_answer")]
    [TestCase("""{"id":0,"result":"latest"}""", TestName = "A_result_that_is_no_number_is_no_answer")]
    public async Task Unusable(string body)
    {
        await using var server = await Server.AnswerAsync(body);
        using var geth = new GethRpc(new JsonRpcClient(server.Url));
        Assert.ThrowsAsync<ClientUnreachableException>(() => geth.ChainIdAsync());
    }

    [Test]
    public async Task An_answer_beyond_the_bound_is_refused_while_it_is_read()
    {
        await using var server = await Server.StartAsync(async context =>
        {
            // Without a length, and without an end of its own.
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[8192]);
        });
        using var client = new JsonRpcClient(server.Url, timeout: TimeSpan.FromSeconds(60), maxResponseBytes: 100_000);
        Assert.ThrowsAsync<ClientUnreachableException>(() => client.CallAsync(JsonRpcCall.Of("x")));
    }

    [Test]
    public async Task A_server_that_is_silent_times_out_and_a_cancelled_call_is_cancelled()
    {
        await using var server = await Server.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = new JsonRpcClient(server.Url, timeout: TimeSpan.FromMilliseconds(100));
        var silent = Assert.ThrowsAsync<ClientUnreachableException>(() => client.CallAsync(JsonRpcCall.Of("x")));
        Assert.That(silent!.Message, Does.Contain("0.1 s"));
        using var patient = new JsonRpcClient(server.Url);
        using var cancel = new CancellationTokenSource(50);
        Assert.CatchAsync<OperationCanceledException>(() => patient.CallAsync(JsonRpcCall.Of("x"), cancel.Token));
    }

    [Test]
    public async Task An_HTTP_error_and_no_server_at_all_are_told_apart_by_their_words()
    {
        var server = await Server.StartAsync(context =>
        {
            context.Response.StatusCode = 413;
            return context.Response.WriteAsync("content length too large");
        });
        using var client = new JsonRpcClient(server.Url);
        var refused = Assert.ThrowsAsync<ClientUnreachableException>(() => client.CallAsync(JsonRpcCall.Of("x")));
        Assert.That(refused!.Message, Does.Contain("413").And.Contain("too large"));
        await server.DisposeAsync();
        var gone = Assert.ThrowsAsync<ClientUnreachableException>(() => client.CallAsync(JsonRpcCall.Of("x")));
        Assert.That(gone!.Message, Does.Contain(server.Url.ToString()));
    }

    [Test]
    public async Task A_batch_is_put_in_order_and_each_call_has_its_own_error()
    {
        await using var server = await Server.AnswerAsync("""[{"id":2,"result":"c"},{"id":0,"result":"a"},{"id":1,"error":{"code":1,"message":"no"}}]""");
        using var client = new JsonRpcClient(server.Url);
        var answers = await client.CallBatchAsync([JsonRpcCall.Of("x"), JsonRpcCall.Of("y"), JsonRpcCall.Of("z")]);
        Assert.That((answers[0].ResultOrThrow().GetString(), answers[2].ResultOrThrow().GetString()), Is.EqualTo(("a", "c")));
        Assert.That(Assert.Throws<JsonRpcErrorException>(() => answers[1].ResultOrThrow())!.Method, Is.EqualTo("y"));
    }

    [TestCase("""[{"id":0,"result":1}]""", TestName = "A_batch_with_an_answer_missing_is_refused")]
    [TestCase("""[{"id":0,"result":1},{"id":0,"result":1}]""", TestName = "A_batch_with_an_answer_twice_is_refused")]
    [TestCase("""[{"id":0,"result":1},{"id":7,"result":1}]""", TestName = "A_batch_with_a_foreign_answer_is_refused")]
    [TestCase("""[{"id":0,"result":1},{"id":"1","result":1}]""", TestName = "A_batch_with_an_id_of_text_is_refused")]
    [TestCase("""[3,4]""", TestName = "A_batch_of_numbers_is_refused")]
    [TestCase("""7""", TestName = "A_number_is_no_batch")]
    public async Task Unusable_batch(string body)
    {
        await using var server = await Server.AnswerAsync(body);
        using var client = new JsonRpcClient(server.Url);
        Assert.ThrowsAsync<ClientUnreachableException>(() => client.CallBatchAsync([JsonRpcCall.Of("x"), JsonRpcCall.Of("y")]));
    }

    [Test]
    public async Task More_accounts_than_one_request_holds_are_asked_for_in_several()
    {
        var requests = 0;
        await using var server = await Server.StartAsync(async context =>
        {
            requests++;
            using var calls = await System.Text.Json.JsonDocument.ParseAsync(context.Request.Body);
            var answers = calls.RootElement.EnumerateArray().Select(call =>
            {
                var address = call.GetProperty("params")[0].GetString()!;
                return $$"""{"id":{{call.GetProperty("id")}},"result":"0x{{Convert.ToInt32(address[^4..], 16):x}}"}""";
            });
            await context.Response.WriteAsync($"[{string.Join(',', answers)}]");
        });
        using var geth = new GethRpc(new JsonRpcClient(server.Url));
        var addresses = Enumerable.Range(1, 1_200).Select(i => EvmAddress.From([.. new byte[18], (byte)(i >> 8), (byte)(i & 255)])).ToArray();
        var accounts = await geth.AccountsAsync(addresses, BlockReference.Latest);
        Assert.That(accounts.Select(a => a.Nonce), Is.EqualTo(Enumerable.Range(1, 1_200).Select(i => (ulong)i)));
        Assert.That(requests, Is.EqualTo(3));
    }

    /// <summary>An HTTP server on loopback whose answers a test decides.</summary>
    private sealed class Server(WebApplication application) : IAsyncDisposable
    {
        public Uri Url { get; } = new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

        public static Task<Server> AnswerAsync(string body) => StartAsync(context => context.Response.WriteAsync(body));

        public static async Task<Server> StartAsync(RequestDelegate answer)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var application = builder.Build();
            application.Run(answer);
            await application.StartAsync();
            return new Server(application);
        }

        public ValueTask DisposeAsync() => application.DisposeAsync();
    }
}
