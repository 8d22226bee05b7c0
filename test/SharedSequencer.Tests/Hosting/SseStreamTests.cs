using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;

namespace SharedSequencer.Tests.Hosting;

[CancelAfter(30_000)]
public sealed class SseStreamTests
{
    [Test]
    public async Task Events_carry_their_ids_names_and_data_and_a_client_resumes_by_the_last_id(CancellationToken deadline)
    {
        await using var host = await StartAsync(new SseOptions(), async (stream, context) =>
        {
            await stream.SendAsync("slice", "{\"a\":1}"u8.ToArray(), "7");
            await stream.SendAsync("tip", Encoding.UTF8.GetBytes($"\"{SseStream.LastEventId(context)}\""));
        });
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Last-Event-ID", "6");
        var answer = await http.GetAsync(new Uri(host.UrlOf("public"), "/stream"), deadline);

        Assert.That(answer.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/event-stream"));
        Assert.That(
            await answer.Content.ReadAsStringAsync(deadline),
            Is.EqualTo("id: 7\nevent: slice\ndata: {\"a\":1}\n\nevent: tip\ndata: \"6\"\n\n"));
    }

    [Test]
    public async Task A_quiet_stream_sends_heartbeats(CancellationToken deadline)
    {
        await using var host = await StartAsync(
            new SseOptions { Heartbeat = TimeSpan.FromMilliseconds(20) },
            (stream, _) => Task.Delay(Timeout.Infinite, stream.Ended));
        using var http = new HttpClient();
        await using var body = await http.GetStreamAsync(new Uri(host.UrlOf("public"), "/stream"), deadline);
        var received = new byte[6];
        await body.ReadExactlyAsync(received, deadline);

        Assert.That(Encoding.UTF8.GetString(received), Is.EqualTo(":\n\n:\n\n"));
    }

    [Test]
    public async Task A_client_that_does_not_read_is_dropped_and_the_sender_waits_meanwhile(CancellationToken deadline)
    {
        var sent = 0;
        var ended = new TaskCompletionSource();
        await using var host = await StartAsync(
            new SseOptions { WriteDeadline = TimeSpan.FromMilliseconds(300) },
            async (stream, _) =>
            {
                try
                {
                    while (true)
                    {
                        await stream.SendAsync("slice", new byte[64 * 1024]);
                        sent++;
                    }
                }
                finally
                {
                    ended.SetResult();
                }
            });
        using var socket = new TcpClient { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, host.UrlOf("public").Port, deadline);
        await socket.GetStream().WriteAsync("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), deadline);

        await ended.Task.WaitAsync(deadline);
        Assert.That(sent, Is.LessThan(1000), "The socket's own buffers take a few; the rest waits.");
    }

    [Test]
    public async Task A_client_that_leaves_ends_its_stream(CancellationToken deadline)
    {
        var ended = new TaskCompletionSource();
        await using var host = await StartAsync(new SseOptions(), async (stream, _) =>
        {
            await stream.SendAsync("tip", "1"u8.ToArray());
            using (stream.Ended.Register(ended.SetResult))
                await Task.Delay(Timeout.Infinite, stream.Ended);
        });
        using (var http = new HttpClient())
        await using (var body = await http.GetStreamAsync(new Uri(host.UrlOf("public"), "/stream"), deadline))
            await body.ReadExactlyAsync(new byte[8], deadline);

        await ended.Task.WaitAsync(deadline);
    }

    [Test]
    public async Task A_stop_ends_open_streams_at_once(CancellationToken deadline)
    {
        await using var host = await StartAsync(new SseOptions(), async (stream, _) =>
        {
            await stream.SendAsync("tip", "1"u8.ToArray());
            await Task.Delay(Timeout.Infinite, stream.Ended);
        });
        using var http = new HttpClient();
        await using var body = await http.GetStreamAsync(new Uri(host.UrlOf("public"), "/stream"), deadline);
        await body.ReadExactlyAsync(new byte[8], deadline);

        var stop = host.StopAsync(deadline);
        Assert.That(await body.CopyToAsync(Stream.Null, deadline).ContinueWith(t => t.IsCompleted, deadline), Is.True);
        await stop.WaitAsync(TimeSpan.FromSeconds(5), deadline);
    }

    private static async Task<ProgramHost> StartAsync(SseOptions options, Func<SseStream, HttpContext, Task> produce)
    {
        ProgramHost host = null!;
        var builder = new ProgramHostBuilder(new ProgramHostOptions
        {
            Program = "example",
            Listeners = [new Listener("public", new ListenAddress(IPAddress.Loopback, 0))],
            LogOutput = TextWriter.Null,
        });
        builder.Map(app => app.MapGet("/stream", (RequestDelegate)(context =>
            SseStream.RunAsync(context, options, host.Stopping, stream => produce(stream, context)))));
        host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
