using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using SharedSequencer.Bitcoin.Rpc;

namespace SharedSequencer.Tests.Bitcoin;

/// <summary>What stands at the other end may be anything: each bad answer is an error that says what to do.</summary>
internal sealed class BitcoinRpcTests
{
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "no JSON")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "no JSON-RPC")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "no result")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"result\": 5}", "64 hex digits|a text")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"result\"", "not reachable")]
    [TestCase("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "credentials")]
    [TestCase("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "credentials")]
    [TestCase("HTTP/1.1 503 Busy\r\nContent-Length: 26\r\n\r\nWork queue depth exceeded\n", "no JSON")]
    [TestCase("garbage\r\n\r\n", "not reachable")]
    [TestCase("", "not reachable")]
    public async Task A_bad_answer_is_an_error_without_a_code(string answer, string says)
    {
        var error = await FailAsync(stream => stream.WriteAsync(Encoding.ASCII.GetBytes(answer)).AsTask());
        Assert.That(error.Code, Is.Null);
        Assert.That(error.Message, Does.Match(says));
    }

    [Test]
    public async Task A_refusal_carries_code_and_message()
    {
        const string Body = "{\"result\":null,\"error\":{\"code\":-28,\"message\":\"Loading block index…\"},\"id\":1}";
        var bytes = Encoding.UTF8.GetBytes(Body);
        var error = await FailAsync(async stream =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 500 Internal Server Error\r\nContent-Length: {bytes.Length}\r\n\r\n"));
            await stream.WriteAsync(bytes);
        });
        Assert.That(error.Code, Is.EqualTo(BitcoinRpcErrorCode.InWarmUp));
        Assert.That(error.Reason, Is.EqualTo("Loading block index…"));
        Assert.That(error.Method, Is.EqualTo("getbestblockhash"));
    }

    [Test]
    public async Task An_endless_answer_is_cut_off()
    {
        var error = await FailAsync(async stream =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            try
            {
                while (true)
                    await stream.WriteAsync(new byte[4096]);
            }
            catch (IOException)
            {
                // The caller hung up, as it should.
            }
        });
        Assert.That(error.Message, Does.Contain("larger than 20000 bytes"));
    }

    [Test]
    public async Task No_answer_ends_at_the_deadline()
    {
        var error = await FailAsync(stream => stream.ReadExactlyAsync(new byte[1 << 20]).AsTask());
        Assert.That(error.Message, Does.Contain("no answer within"));
    }

    [Test]
    public void A_missing_cookie_says_where_it_was_looked_for()
    {
        using var rpc = new BitcoinRpc(new BitcoinRpcOptions { Url = new Uri("http://127.0.0.1:1"), CookieFile = "/nowhere/.cookie" });
        var error = Assert.ThrowsAsync<BitcoinRpcException>(() => rpc.GetBestBlockHashAsync());
        Assert.That(error!.Message, Does.Contain("/nowhere/.cookie"));
    }

    [Test]
    public void Options_without_credentials_or_url_are_refused()
    {
        var url = new Uri("http://127.0.0.1:1");
        Assert.That(() => new BitcoinRpcOptions { Url = url }.Validate(), Throws.TypeOf<FormatException>().With.Message.Contain("cookie"));
        Assert.That(() => new BitcoinRpcOptions { Url = url, User = "a:b", Password = "c" }.Validate(), Throws.TypeOf<FormatException>());
        Assert.That(() => new BitcoinRpcOptions { Url = new Uri("ftp://x"), CookieFile = "c" }.Validate(), Throws.TypeOf<FormatException>());
    }

    private static async Task<BitcoinRpcException> FailAsync(Func<NetworkStream, Task> answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var done = new CancellationTokenSource();
        var serving = ServeAsync(listener, answer, done.Token);
        using var rpc = new BitcoinRpc(new BitcoinRpcOptions
        {
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"),
            User = "user",
            Password = "password",
            Timeout = TimeSpan.FromSeconds(1),
            MaximumAnswerBytes = 20_000,
        });
        var error = Assert.ThrowsAsync<BitcoinRpcException>(() => rpc.GetBestBlockHashAsync());
        await done.CancelAsync();
        await serving;
        return error!;
    }

    private static async Task ServeAsync(TcpListener listener, Func<NetworkStream, Task> answer, CancellationToken done)
    {
        // Until the test is over: a client may try again on a fresh connection.
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(done);
                await using var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096]);
                await answer(stream);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (IOException)
            {
                // The caller hung up.
            }
        }
    }
}
