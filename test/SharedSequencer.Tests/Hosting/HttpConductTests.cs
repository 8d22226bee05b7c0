using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;

namespace SharedSequencer.Tests.Hosting;

/// <summary>What every program's public listener does for HTTP, whatever it serves.</summary>
[CancelAfter(60_000)]
public sealed class HttpConductTests
{
    private static readonly byte[] s_large = Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('x', 20_000)}\"}}");
    private static readonly byte[] s_small = "{\"text\":\"x\"}"u8.ToArray();

    private readonly HttpClient _http = new();
    private ProgramHost _host = null!;
    private Uri _public = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _host = await StartAsync(options => options);
        _public = _host.UrlOf("public");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
        _http.Dispose();
    }

    [Test]
    public async Task Any_page_may_read_what_is_answered_errors_too()
    {
        foreach (var path in new[] { "/moving/small", "/nothing", "/refused", "/healthz" })
        {
            using var answer = await SendAsync(HttpMethod.Get, path, ("Origin", "https://example.org"));
            Assert.That(answer.Headers.GetValues("Access-Control-Allow-Origin"), Is.EqualTo(new[] { "*" }), path);
            Assert.That(answer.Headers.GetValues("Access-Control-Expose-Headers").Single(), Does.Contain("ETag").And.Contain("Retry-After"), path);
        }
    }

    [Test]
    public async Task A_preflight_is_answered_on_every_path_of_the_public_listener_alone()
    {
        foreach (var path in new[] { "/moving/small", "/post", "/nothing" })
        {
            using var answer = await SendAsync(
                HttpMethod.Options, path, ("Origin", "https://example.org"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type"));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(answer.Headers.GetValues("Access-Control-Allow-Methods").Single(), Is.EqualTo("GET, HEAD, POST, OPTIONS"));
            Assert.That(answer.Headers.GetValues("Access-Control-Allow-Headers").Single(), Is.EqualTo("*"));
            Assert.That(answer.Headers.GetValues("Access-Control-Max-Age").Single(), Is.EqualTo("86400"));
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_host.UrlOf("admin"), "/healthz"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var admin = await _http.SendAsync(request);
        Assert.That(admin.IsSuccessStatusCode, Is.True);
        Assert.That(admin.Headers.Contains("Access-Control-Allow-Origin"), Is.False);
    }

    [Test]
    public async Task HEAD_is_answered_where_GET_is_with_the_same_headers_and_no_body()
    {
        foreach (var path in new[] { "/final/large", "/moving/small", "/refused", "/nothing", "/healthz" })
        {
            using var get = await SendAsync(HttpMethod.Get, path);
            using var head = await SendAsync(HttpMethod.Head, path);
            Assert.That(head.StatusCode, Is.EqualTo(get.StatusCode), path);
            Assert.That(head.Content.Headers.ContentType, Is.EqualTo(get.Content.Headers.ContentType), path);
            Assert.That(head.Headers.ETag, Is.EqualTo(get.Headers.ETag), path);
            Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty, path);
        }

        using var large = await SendAsync(HttpMethod.Head, "/final/large");
        Assert.That(large.Content.Headers.ContentLength, Is.EqualTo(s_large.Length));

        // A stream's headers end by themselves, and what is only posted to has no GET.
        using var stream = await SendAsync(HttpMethod.Head, "/stream");
        Assert.That(stream.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
        using var post = await SendAsync(HttpMethod.Head, "/post");
        Assert.That(post.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(post.Content.Headers.Allow, Is.EquivalentTo(new[] { "POST" }));
        using var wrong = await SendAsync(HttpMethod.Delete, "/moving/small");
        Assert.That(wrong.Content.Headers.Allow, Is.EquivalentTo(new[] { "GET", "HEAD" }));
    }

    [Test]
    public async Task What_is_final_is_held_for_ever_what_is_steady_is_asked_for_again_and_what_moves_is_not_stored()
    {
        using var final = await SendAsync(HttpMethod.Get, "/final/small");
        Assert.That(final.Headers.GetValues("Cache-Control").Single(), Is.EqualTo("public, max-age=31536000, immutable"));
        Assert.That((final.Headers.ETag!.IsWeak, final.Headers.Vary.Single()), Is.EqualTo((false, "Accept-Encoding")));
        using var steady = await SendAsync(HttpMethod.Get, "/steady/small");
        Assert.That(steady.Headers.CacheControl!.ToString(), Is.EqualTo("public, no-cache"));
        Assert.That(steady.Headers.ETag, Is.EqualTo(final.Headers.ETag), "the same bytes");
        using var moving = await SendAsync(HttpMethod.Get, "/moving/small");
        Assert.That((moving.Headers.CacheControl!.NoStore, moving.Headers.ETag), Is.EqualTo((true, (EntityTagHeaderValue?)null)));
        foreach (var path in new[] { "/refused", "/nothing" })
            Assert.That((await SendAsync(HttpMethod.Get, path)).Headers.CacheControl!.NoStore, Is.True, path);
    }

    [Test]
    public async Task Who_has_the_answer_is_told_so_without_it()
    {
        using var first = await SendAsync(HttpMethod.Get, "/final/large");
        using var brotli = await SendAsync(HttpMethod.Get, "/final/large", ("Accept-Encoding", "br"));
        Assert.That(brotli.Headers.ETag, Is.Not.EqualTo(first.Headers.ETag), "another representation");
        foreach (var known in new[] { $"{first.Headers.ETag}", $"{brotli.Headers.ETag}", $"W/{first.Headers.ETag}", $"\"other\", {first.Headers.ETag}", "*" })
        {
            using var again = await SendAsync(HttpMethod.Get, "/final/large", ("If-None-Match", known));
            Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotModified), known);
            Assert.That(again.Headers.ETag, Is.Not.Null, known);
            Assert.That(again.Headers.GetValues("Cache-Control").Single(), Does.Contain("immutable"), known);
            Assert.That(await again.Content.ReadAsByteArrayAsync(), Is.Empty, known);
        }

        using var other = await SendAsync(HttpMethod.Get, "/final/large", ("If-None-Match", "\"0123\""));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var moving = await SendAsync(HttpMethod.Get, "/moving/large", ("If-None-Match", "*"));
        Assert.That(moving.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("gzip", "gzip")]
    [TestCase("br", "br")]
    [TestCase("gzip, deflate, br, zstd", "br")]
    [TestCase("br;q=0.5, gzip", "gzip")]
    [TestCase("*", "br")]
    [TestCase("br;q=0, *", "gzip")]
    [TestCase("*;q=0", null)]
    [TestCase("identity, gzip;q=0.5", null)]
    [TestCase("br;q=0, gzip;q=0", null)]
    [TestCase("deflate", null)]
    [TestCase("", null)]
    public async Task A_body_that_is_worth_it_is_compressed_as_the_client_accepts_it(string accepted, string? coding)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/moving/large", ("Accept-Encoding", accepted));
        Assert.That(answer.Content.Headers.ContentEncoding.SingleOrDefault(), Is.EqualTo(coding));
        var body = await answer.Content.ReadAsByteArrayAsync();
        Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(body.Length));
        using var decoder = coding switch
        {
            "br" => new BrotliStream(new MemoryStream(body), CompressionMode.Decompress),
            "gzip" => (Stream)new GZipStream(new MemoryStream(body), CompressionMode.Decompress),
            _ => new MemoryStream(body),
        };
        using var text = new MemoryStream();
        await decoder.CopyToAsync(text);
        Assert.That(text.ToArray(), Is.EqualTo(s_large));
        if (coding is not null)
            Assert.That(body, Has.Length.LessThan(s_large.Length / 10));

        using var small = await SendAsync(HttpMethod.Get, "/moving/small", ("Accept-Encoding", accepted));
        Assert.That(small.Content.Headers.ContentEncoding, Is.Empty, "not worth it");
    }

    [Test]
    public async Task A_client_that_asks_too_often_is_told_when_to_come_back_and_health_is_told_all_the_same()
    {
        await using var host = await StartAsync(options => options with { RequestsPerSecond = 1 });
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 50 && refused is null; i++)
        {
            var answer = await _http.GetAsync(new Uri(host.UrlOf("public"), i % 2 == 0 ? "/moving/small" : "/nothing"));
            refused = answer.StatusCode == HttpStatusCode.TooManyRequests ? answer : null;
        }

        Assert.That(refused, Is.Not.Null);
        var problem = await refused!.Content.ReadFromJsonAsync(ApiJson.Default.Problem);
        Assert.That((problem!.Status, problem.Code), Is.EqualTo((429, ProblemCodes.TooManyRequests)));
        Assert.That(refused.Headers.RetryAfter!.Delta, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(refused.Headers.GetValues("Access-Control-Allow-Origin"), Is.EqualTo(new[] { "*" }));
        for (var i = 0; i < 20; i++)
            Assert.That((await _http.GetAsync(new Uri(host.UrlOf("public"), "/healthz"))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Connections_of_one_client_are_limited_and_a_closed_one_makes_room()
    {
        await using var host = await StartAsync(options => options with { MaximumConnectionsPerClient = 2 });
        var url = new Uri(host.UrlOf("public"), "/stream");
        using var third = new HttpClient();
        using (var two = new HttpClient())
        {
            using var first = await two.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
            using var second = await two.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
            Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            for (var i = 0; i < 3; i++)
            {
                using var refused = await third.GetAsync(url);
                var problem = await refused.Content.ReadFromJsonAsync(ApiJson.Default.Problem);
                Assert.That((refused.StatusCode, problem!.Code), Is.EqualTo((HttpStatusCode.TooManyRequests, ProblemCodes.TooManyRequests)));
                Assert.That(refused.Headers.RetryAfter, Is.Not.Null);
            }
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync(TestContext.CurrentContext.CancellationToken))
        {
            using var answer = await third.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, TestContext.CurrentContext.CancellationToken);
            if (answer.StatusCode == HttpStatusCode.OK)
                return;
        }
    }

    [TestCase("application/json", "application/json", true)]
    [TestCase("text/html, */*;q=0.1", "application/json", true)]
    [TestCase("application/*", "application/json", true)]
    [TestCase("application/json;q=0, */*", "application/json", false)]
    [TestCase("text/html", "application/json", false)]
    [TestCase("text/event-stream", "text/event-stream", true)]
    [TestCase("application/json", "text/event-stream", false)]
    [TestCase("", "application/json", true)]
    public void Accept_is_read_by_its_most_precise_range(string accept, string type, bool takes)
    {
        var context = new DefaultHttpContext();
        if (accept.Length > 0)
            context.Request.Headers.Accept = accept;
        Assert.That(Acceptance.Takes(context.Request, type), Is.EqualTo(takes));
    }

    private const string Token = "0123456789abcdef0123456789abcdef";

    private static async Task<ProgramHost> StartAsync(Func<ProgramHostOptions, ProgramHostOptions> change)
    {
        var any = new ListenAddress(IPAddress.Loopback, 0);
        ProgramHost host = null!;
        var builder = new ProgramHostBuilder(change(new ProgramHostOptions
        {
            Program = "example",
            Listeners = [new Listener("public", any), new Listener("admin", any) { BearerToken = Token }],
            LogOutput = TextWriter.Null,
        }));
        builder.Map(app =>
        {
            foreach (var life in Enum.GetValues<AnswerLife>())
            {
                var name = life.ToString().ToLowerInvariant();
                app.MapGet($"/{name}/large", (RequestDelegate)(c => AnswerAsync(c, s_large, life)));
                app.MapGet($"/{name}/small", (RequestDelegate)(c => AnswerAsync(c, s_small, life)));
            }

            app.MapGet("/refused", (RequestDelegate)(_ => throw new ProblemException(410, ProblemCodes.Pruned, "Pruned", "Gone.")));
            app.MapPost("/post", (RequestDelegate)(c => c.Response.WriteAsync("posted")));
            app.MapGet("/stream", (RequestDelegate)(c => SseStream.RunAsync(c, new SseOptions(), host.Stopping, s => Task.Delay(Timeout.Infinite, s.Ended))));
        });
        host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static Task AnswerAsync(HttpContext context, byte[] body, AnswerLife life) =>
        context.RequestServices.GetRequiredService<JsonAnswers>().WriteAsync(context, body, life);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(_public, path));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }
}
