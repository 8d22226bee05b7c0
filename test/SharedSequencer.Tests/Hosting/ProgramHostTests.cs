using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Health;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;

namespace SharedSequencer.Tests.Hosting;

public sealed class ProgramHostTests
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private readonly StringWriter _log = new();
    private readonly HttpClient _http = new();
    private ProgramHost _host = null!;
    private string? _unready;
    private Uri _public = null!;
    private Uri _admin = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var any = new ListenAddress(IPAddress.Loopback, 0);
        var builder = new ProgramHostBuilder(new ProgramHostOptions
        {
            Program = "example",
            Listeners = [new Listener("public", any), new Listener("admin", any) { BearerToken = Token }],
            MaximumRequestBytes = 1000,
            LogOutput = TextWriter.Synchronized(_log),
        });
        builder.ReadyWhen(_ => ReadinessCheck.Of("engine", () => _unready));
        builder.Map(app =>
        {
            app.MapGet("/v1/hello", (RequestDelegate)(c => c.Response.WriteAsync("hello")));
            app.MapPost("/v1/secret", (RequestDelegate)(c => c.Response.WriteAsync("secret"))).OnListener("admin");
            app.MapPost("/v1/read", (RequestDelegate)(async c => await c.Request.Body.CopyToAsync(Stream.Null)));
            app.MapGet("/v1/problem", (RequestDelegate)(_ => throw new ProblemException(410, ProblemCodes.Pruned, "Pruned", "Height 3 is gone.")));
            app.MapGet("/v1/bug", (RequestDelegate)(_ => throw new InvalidOperationException("a bug")));
        });
        _host = builder.Build();
        await _host.StartAsync();
        _public = _host.UrlOf("public");
        _admin = _host.UrlOf("admin");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
        _http.Dispose();
        await _log.DisposeAsync();
    }

    [Test]
    public async Task Health_is_served_on_every_listener_but_a_private_one_asks_for_its_token()
    {
        Assert.That(await _http.GetStringAsync(new Uri(_public, "/healthz")), Is.EqualTo("ok\n"));
        Assert.That((await SendAsync(HttpMethod.Get, _admin, "/healthz", Token)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await SendAsync(HttpMethod.Get, _admin, "/healthz", null)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Readiness_gives_the_reason_of_what_is_not_well()
    {
        _unready = "CometBFT's RPC does not answer.";
        try
        {
            var answer = await _http.GetAsync(new Uri(_public, "/readyz"));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(
                await answer.Content.ReadAsStringAsync(),
                Is.EqualTo("{\"ready\":false,\"checks\":[{\"name\":\"engine\",\"ready\":false,\"reason\":\"CometBFT\\u0027s RPC does not answer.\"}]}"));
        }
        finally
        {
            _unready = null;
        }

        Assert.That((await _http.GetAsync(new Uri(_public, "/readyz"))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Metrics_of_the_runtime_are_there() =>
        Assert.That(await _http.GetStringAsync(new Uri(_public, "/metrics")), Does.Contain("dotnet_process_memory_working_set_bytes "));

    [Test]
    public async Task Each_endpoint_is_served_by_its_own_listener_alone()
    {
        Assert.That(await (await SendAsync(HttpMethod.Post, _admin, "/v1/secret", Token)).Content.ReadAsStringAsync(), Is.EqualTo("secret"));
        await AssertProblemAsync(await SendAsync(HttpMethod.Post, _public, "/v1/secret", Token), 404, ProblemCodes.NotFound);
        await AssertProblemAsync(await SendAsync(HttpMethod.Get, _admin, "/v1/hello", Token), 404, ProblemCodes.NotFound);
        await AssertProblemAsync(await SendAsync(HttpMethod.Post, _admin, "/v1/secret", "wrong"), 401, ProblemCodes.Unauthorized);
        await AssertProblemAsync(await SendAsync(HttpMethod.Post, _admin, "/v1/secret", null), 401, ProblemCodes.Unauthorized);
    }

    [Test]
    public async Task Errors_are_problems_that_say_what_was_wrong()
    {
        Assert.That((await AssertProblemAsync(await _http.GetAsync(new Uri(_public, "/v1/nothing")), 404, ProblemCodes.NotFound)).Detail,
            Is.EqualTo("There is nothing at /v1/nothing."));
        Assert.That((await AssertProblemAsync(await _http.GetAsync(new Uri(_public, "/v1/problem")), 410, ProblemCodes.Pruned)).Detail,
            Is.EqualTo("Height 3 is gone."));
        Assert.That((await AssertProblemAsync(await _http.GetAsync(new Uri(_public, "/v1/read")), 405, ProblemCodes.MethodNotAllowed)).Detail,
            Is.EqualTo("GET is not allowed at /v1/read; POST is."));
    }

    [Test]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        var atLimit = await _http.PostAsync(new Uri(_public, "/v1/read"), new ByteArrayContent(new byte[1000]));
        Assert.That(atLimit.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var beyond = await _http.PostAsync(new Uri(_public, "/v1/read"), new ByteArrayContent(new byte[1001]));
        await AssertProblemAsync(beyond, 413, ProblemCodes.TooLarge);
    }

    [Test]
    public async Task A_bug_is_logged_with_its_stack_and_answered_without_it()
    {
        var problem = await AssertProblemAsync(await _http.GetAsync(new Uri(_public, "/v1/bug")), 500, ProblemCodes.Internal);

        Assert.That(problem.Detail, Does.Not.Contain("a bug"));
        Assert.That(_log.ToString(), Does.Contain("GET /v1/bug failed").And.Contain("InvalidOperationException: a bug"));
    }

    [Test]
    public void A_private_listener_beyond_loopback_is_refused() => Assert.That(
        () => new ProgramHostBuilder(new ProgramHostOptions
        {
            Program = "example",
            Listeners = [new Listener("admin", new ListenAddress(IPAddress.Any, 0)) { BearerToken = Token }],
        }),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("must be on loopback; it is set to 0.0.0.0:0"));

    [Test]
    public async Task An_address_that_is_taken_is_told()
    {
        await using var second = new ProgramHostBuilder(new ProgramHostOptions
        {
            Program = "example",
            Listeners = [new Listener("public", new ListenAddress(IPAddress.Loopback, _public.Port))],
            LogOutput = TextWriter.Null,
        }).Build();

        Assert.That(async () => await second.StartAsync(), Throws.TypeOf<ConfigurationException>().With.Message.Contains($"127.0.0.1:{_public.Port}"));
    }

    private static async Task<Problem> AssertProblemAsync(HttpResponseMessage answer, int status, string code)
    {
        var problem = await answer.Content.ReadFromJsonAsync(ApiJson.Default.Problem);
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo(Problem.ContentType));
        Assert.That(((int)answer.StatusCode, problem!.Status, problem.Code), Is.EqualTo((status, status, code)));
        return problem;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri server, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, new Uri(server, path));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request);
    }
}
