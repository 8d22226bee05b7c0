using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.Storage;
using SharedSequencer.SystemTests.Engine;

namespace SharedSequencer.SystemTests.Api;

/// <summary><c>/openapi.json</c> is whole and true: every route is in it, all that is in it is there, and answers are as it says.</summary>
[OnBothEngines]
[CancelAfter(300_000)]
internal sealed class OpenApiTests(NetworkEngine engine)
{
    private const string SomeId = "00000000000000000000000000000000000000000000000000000000000000aa";

    private static readonly string[] s_methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    private readonly HttpClient _http = new();
    private readonly Dictionary<string, string> _values = [];
    private InProcessNode _node = null!;
    private JsonDocument _document = null!;
    private SchemaCheck _schemas = null!;

    private JsonElement Root => _document.RootElement;

    private IEnumerable<(string Path, string Method, JsonElement Operation)> Operations =>
        from path in Root.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        select (path.Name, method.Name, method.Value);

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _node = await InProcessNode.StartAsync(engine);
        using var client = new SequencerClient(_node.Url);
        await _node.SendAsync(client, new RegisterNamespace("notes", new NamespaceSettings { Writers = [InProcessNode.Key.PublicKey] }, 1_000_000));
        await _node.SendAsync(client, new RegisterNamespace("other", new NamespaceSettings(), 1_000_000));
        var (id, height) = await _node.SendAsync(client, new SubmitData(NamespaceId.OfName("notes"), new byte[2000]));
        var anchor = new StoredAnchor
        {
            Height = height,
            Txid = SomeId,
            BitcoinBlockHash = SomeId,
            BitcoinHeight = 7,
            Confirmations = 1,
            Evidence = JsonSerializer.SerializeToUtf8Bytes(
                new AnchorEvidence(height, "aa", 1, [SomeId], "bb", [SomeId], 7, [new string('0', 160)]), ApiJson.Default.AnchorEvidence),
        };
        _node.Services.GetRequiredService<AnchorStore>().Save(anchor);
        _values["id"] = id.ToString();
        _values["namespace"] = "notes";
        _values["height"] = $"{height}";
        _values["from_count"] = "1";
        _values["address"] = InProcessNode.Key.PublicKey.ToString();
        _document = JsonDocument.Parse(await _http.GetByteArrayAsync(new Uri(_node.Url, "/openapi.json")));
        _schemas = new SchemaCheck(Root);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _http.Dispose();
        _document?.Dispose();
        if (_node is not null)
            await _node.DisposeAsync();
    }

    [Test]
    public void Every_route_is_described_and_all_that_is_described_is_a_route()
    {
        var routes = _node.Routes
            .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>() is not null)
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText}"));
        var described = Operations.Select(operation => $"{operation.Method.ToUpperInvariant()} {operation.Path}");

        Assert.That(described, Is.EquivalentTo(routes));
    }

    [Test]
    public void The_document_is_valid()
    {
        Assert.That(Root.GetProperty("openapi").GetString(), Does.Match("^3\\.1\\.[0-9]+$"));
        Assert.That(Root.GetProperty("info").GetProperty("title").GetString(), Is.Not.Empty);
        Assert.That(Root.GetProperty("info").GetProperty("version").GetString(), Does.Match("^[0-9]+\\.[0-9]+\\.[0-9]+$"));
        Assert.That(Operations.Select(o => o.Operation.GetProperty("operationId").GetString()), Is.Unique);
        foreach (var (path, method, operation) in Operations)
        {
            var place = $"{method} {path}";
            Assert.That(s_methods, Does.Contain(method), place);
            Assert.That(operation.GetProperty("summary").GetString(), Is.Not.Empty, place);
            var parameters = operation.TryGetProperty("parameters", out var list) ? list.EnumerateArray().ToList() : [];
            Assert.That(parameters.Select(p => $"{p.GetProperty("in")} {p.GetProperty("name")}"), Is.Unique, place);
            var named = path.Split('/').Where(part => part.StartsWith('{')).Select(part => part[1..^1]);
            var inPath = parameters.Where(p => p.GetProperty("in").GetString() == "path").ToList();
            Assert.That(inPath.Select(p => p.GetProperty("name").GetString()), Is.EquivalentTo(named), place);
            Assert.That(inPath.Select(p => p.GetProperty("required").GetBoolean()), Has.All.True, place);
            Assert.That(parameters.Select(p => p.GetProperty("schema").ValueKind), Has.All.EqualTo(JsonValueKind.Object), place);
            var responses = operation.GetProperty("responses").EnumerateObject().ToList();
            Assert.That(responses.Select(r => r.Name), Has.All.Match("^[1-5][0-9][0-9]$"), place);
            Assert.That(responses.Select(r => r.Value.GetProperty("description").GetString()), Has.All.Not.Empty, place);
            Assert.That(operation.TryGetProperty("requestBody", out _), Is.EqualTo(method == "post"), place);
        }

        var references = References(Root).ToList();
        Assert.That(references, Has.Count.GreaterThan(20));
        Assert.That(references.Select(reference => _schemas.Resolve(reference).ValueKind), Has.All.EqualTo(JsonValueKind.Object));
        var components = Root.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(c => $"#/components/schemas/{c.Name}");
        Assert.That(components, Is.EquivalentTo(references.Distinct()), "no component without a use");
    }

    [Test]
    public async Task Every_operation_answers_as_it_is_described()
    {
        foreach (var (path, method, operation) in Operations)
        {
            var (url, body) = RequestOf(path, operation);
            using var answer = await SendAsync(method, url, body, operation);
            var text = await CheckAsync(operation, answer, $"{method} {url}");
            if (!path.EndsWith("/anchors", StringComparison.Ordinal) || method == "get")
                Assert.That((int)answer.StatusCode, Is.AnyOf(200, 204), $"{method} {url}: {text}");
        }
    }

    [Test]
    public async Task Answers_with_proofs_are_as_described_too()
    {
        var asked = 0;
        foreach (var (path, method, operation) in Operations.ToList())
        {
            foreach (var flag in Names(operation).Intersect(["proof", "history"]))
            {
                foreach (var value in new[] { "true", "false" })
                {
                    var url = $"{RequestOf(path, operation).Url}?{flag}={value}";
                    using var answer = await SendAsync(method, url, null, operation);
                    var text = await CheckAsync(operation, answer, url);
                    Assert.That((answer.StatusCode, text.Contains($"\"{flag}\":")), Is.EqualTo((HttpStatusCode.OK, value == "true")), url);
                    asked++;
                }
            }
        }

        Assert.That(asked, Is.GreaterThanOrEqualTo(12));
    }

    [Test]
    public async Task Every_problem_is_among_those_described()
    {
        var requests = new (string Method, string Path, string Url, int Status)[]
        {
            ("get", "/v1/transactions/{id}", "/v1/transactions/12", 400),
            ("get", "/v1/transactions/{id}", $"/v1/transactions/{SomeId}", 404),
            ("get", "/v1/transactions/{id}/events", $"/v1/transactions/{SomeId}/events", 404),
            ("get", "/v1/namespaces", "/v1/namespaces?limit=0", 400),
            ("get", "/v1/namespaces", "/v1/namespaces?after=notes", 400),
            ("get", "/v1/namespaces/{namespace}", "/v1/namespaces/nobody", 404),
            ("get", "/v1/namespaces/{namespace}", "/v1/namespaces/No", 400),
            ("get", "/v1/namespaces/{namespace}/slices/{height}", "/v1/namespaces/notes/slices/999999", 404),
            ("get", "/v1/namespaces/{namespace}/slices", "/v1/namespaces/notes/slices?from=x", 400),
            ("get", "/v1/namespaces/{namespace}/slices/stream", "/v1/namespaces/notes/slices/stream?from=x", 400),
            ("get", "/v1/namespaces/{namespace}/slices", "/v1/namespaces/notes/slices?proof=true&history=true", 400),
            ("get", "/v1/namespaces/{namespace}/head", "/v1/namespaces/notes/head?height=1", 400),
            ("get", "/v1/namespaces/{namespace}/consistency", "/v1/namespaces/notes/consistency", 400),
            ("get", "/v1/namespaces/{namespace}/consistency", "/v1/namespaces/notes/consistency?from_count=0&to_count=99", 404),
            ("get", "/v1/blocks/{height}", "/v1/blocks/999999", 404),
            ("get", "/v1/blocks/{height}", "/v1/blocks/0", 400),
            ("get", "/v1/light/{height}", "/v1/light/999999", 404),
            ("get", "/v1/accounts/{address}", "/v1/accounts/seq1x", 400),
            ("get", "/v1/accounts/{address}", $"/v1/accounts/{_values["address"]}?proof=true&height=999999", 404),
            ("get", "/v1/anchors", "/v1/anchors", 400),
            ("get", "/v1/anchors", "/v1/anchors?height=999999", 404),
            ("post", "/v1/transactions", "/v1/transactions", 400),
            ("post", "/v1/transactions/batch", "/v1/transactions/batch", 400),
        };
        foreach (var (method, path, url, status) in requests)
        {
            var operation = Root.GetProperty("paths").GetProperty(path).GetProperty(method);
            using var answer = await SendAsync(method, url, method == "post" ? new ByteArrayContent([1]) : null, operation);
            await CheckAsync(operation, answer, url);
            Assert.That((int)answer.StatusCode, Is.EqualTo(status), url);
        }
    }

    [Test]
    public async Task What_a_client_cannot_read_and_what_is_not_taken_is_refused_on_every_operation()
    {
        foreach (var (path, method, operation) in Operations.Where(o => o.Path.StartsWith("/v1/", StringComparison.Ordinal)).ToList())
        {
            var (url, body) = RequestOf(path, operation);
            if (operation.GetProperty("responses").TryGetProperty("200", out _))
            {
                using var unread = await SendAsync(method, url, body, operation, accept: "text/html");
                Assert.That((int)unread.StatusCode, Is.EqualTo(406), url);
                await CheckAsync(operation, unread, url);
            }

            if (method == "post")
            {
                using var untaken = await SendAsync(method, url, new StringContent("x", Encoding.UTF8, "text/plain"), operation);
                Assert.That((int)untaken.StatusCode, Is.EqualTo(415), url);
                await CheckAsync(operation, untaken, url);
            }
        }
    }

    [Test]
    public async Task Namespaces_are_paged_by_a_stable_cursor()
    {
        using var client = new SequencerClient(_node.Url);
        List<string> seen = [];
        string? after = null;
        do
        {
            var text = await _http.GetStringAsync(new Uri(_node.Url, $"/v1/namespaces?limit=1{(after is null ? "" : $"&after={after}")}"));
            var page = JsonSerializer.Deserialize(text, ApiJson.Default.NamespaceListResponse)!;
            Assert.That(page.Namespaces, Has.Count.EqualTo(1), "a page that follows is never empty");
            seen.Add(page.Namespaces[0].Id);

            // What is registered between two pages neither moves nor repeats what comes.
            if (after is null)
                await _node.SendAsync(client, new RegisterNamespace("between", new NamespaceSettings(), 1_000_000));
            after = page.Next;
        }
        while (after is not null);
        Assert.That(seen, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
        Assert.That(seen, Is.SupersetOf(new[] { NamespaceId.OfName("notes").ToString(), NamespaceId.OfName("other").ToString() }));
    }

    [Test]
    public async Task A_transactions_stream_resumes_behind_what_the_client_has_seen()
    {
        var url = new Uri(_node.Url, $"/v1/transactions/{_values["id"]}/events");
        using var first = await _http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await first.Content.ReadAsStreamAsync());
        var id = (await reader.ReadLineAsync())!;
        Assert.That(id, Does.Match("^id: [0-9a-f]{16}$"));

        // The status stands where it was: nothing comes. Another id is one that was never seen, and the status comes.
        foreach (var (last, comes) in new[] { (id[4..], false), (SomeId[..16], true) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add("Last-Event-ID", last);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using var again = new StreamReader(await answer.Content.ReadAsStreamAsync());
            var line = again.ReadLineAsync();
            var came = await Task.WhenAny(line, Task.Delay(TimeSpan.FromMilliseconds(300))) == line;
            if (comes)
                Assert.That(await line.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(id));
            else
                Assert.That(came, Is.False);
        }
    }

    [Test]
    public async Task Final_answers_are_immutable_by_their_name_alone()
    {
        var height = _values["height"];
        foreach (var (path, isFinal) in new[]
        {
            ($"/v1/blocks/{height}", true), ("/v1/blocks/latest", false), ($"/v1/light/{height}", true), ("/v1/light/latest", false),
            ($"/v1/namespaces/notes/slices/{height}", true), ($"/v1/namespaces/notes/slices/{height}?proof=true", true),
            ("/v1/namespaces/notes/slices?limit=1", true), ("/v1/namespaces/notes/slices?limit=1000", false), ("/v1/status", false),
            ("/v1/fees", false), ("/v1/namespaces", false), ($"/v1/transactions/{_values["id"]}", false), ("/v1/anchors/latest", false),
        })
        {
            using var answer = await _http.GetAsync(new Uri(_node.Url, path));
            Assert.That((int)answer.StatusCode, Is.EqualTo(200), path);
            var control = answer.Headers.GetValues("Cache-Control").Single();
            Assert.That(control, isFinal ? Is.EqualTo("public, max-age=31536000, immutable") : Is.EqualTo("no-store"), path);
            Assert.That(answer.Headers.ETag, isFinal ? Is.Not.Null : Is.Null, path);
            if (!isFinal)
                continue;
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Url, path));
            request.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
            Assert.That((await _http.SendAsync(request)).StatusCode, Is.EqualTo(HttpStatusCode.NotModified), path);
        }
    }

    private static IEnumerable<string> Names(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var list) ? list.EnumerateArray().Select(p => p.GetProperty("name").GetString()!) : [];

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member is { Name: "$ref", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    /// <summary>A request by the description alone, with this chain's values for its parameters.</summary>
    private (string Url, HttpContent? Body) RequestOf(string path, JsonElement operation)
    {
        var url = string.Join('/', path.Split('/').Select(part => part.StartsWith('{') ? _values[part[1..^1]] : part));
        if (operation.TryGetProperty("parameters", out var parameters))
        {
            foreach (var needed in parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query" && p.GetProperty("required").GetBoolean()))
                url += $"?{needed.GetProperty("name")}={_values[needed.GetProperty("name").GetString()!]}";
        }

        return (url, path switch
        {
            "/v1/transactions" => new ByteArrayContent(Transaction()),
            "/v1/transactions/batch" => new ByteArrayContent([0, 0, 0, 1, 9]),
            "/v1/anchors/lost" => Json($"{{\"height\":1,\"txid\":\"{SomeId}\",\"reason\":\"a test\"}}"),
            "/v1/anchors" => Json("{}"),
            _ => null,
        });
    }

    private byte[] Transaction()
    {
        // One that is final: told again, and nothing moves.
        var reader = _node.Services.GetRequiredService<SharedSequencer.Storage.Reading.ChainReader>();
        var block = reader.Query(chain => chain.Block(long.Parse(_values["height"], System.Globalization.CultureInfo.InvariantCulture)))!;
        return block.Transactions.Single(t => t.Id.ToString() == _values["id"]).Raw.ToArray();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private async Task<HttpResponseMessage> SendAsync(string method, string url, HttpContent? body, JsonElement operation, string? accept = null)
    {
        var isAdmin = operation.TryGetProperty("security", out _);
        using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), new Uri(isAdmin ? _node.AdminUrl : _node.Url, url)) { Content = body };
        if (isAdmin)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", InProcessNode.Token);
        if (accept is not null)
            request.Headers.Add("Accept", accept);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Holds an answer against the description: status, media type, body, and the first event of a stream.</summary>
    private async Task<string> CheckAsync(JsonElement operation, HttpResponseMessage answer, string place)
    {
        var responses = operation.GetProperty("responses");
        Assert.That(responses.TryGetProperty($"{(int)answer.StatusCode}", out var described), Is.True, $"{place}: {(int)answer.StatusCode} is not described");
        if (!described.TryGetProperty("content", out var contents))
        {
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty, place);
            return "";
        }

        var type = answer.Content.Headers.ContentType!.MediaType!;
        Assert.That(contents.TryGetProperty(type, out var content), Is.True, $"{place}: {type} is not described");
        if (described.TryGetProperty("x-events", out var events))
            return await CheckEventAsync(events, answer, place);
        var text = await answer.Content.ReadAsStringAsync();
        using var value = type == "text/plain" ? JsonDocument.Parse(JsonSerializer.Serialize(text)) : JsonDocument.Parse(text);
        Assert.That(_schemas.Faults(content.GetProperty("schema"), value.RootElement), Is.Empty, place);
        return text;
    }

    private async Task<string> CheckEventAsync(JsonElement events, HttpResponseMessage answer, string place)
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        HashSet<string> seen = [];
        var all = new StringBuilder();
        var name = "";
        while (seen.Count < events.EnumerateObject().Count())
        {
            var line = (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)))!;
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            Assert.That(events.TryGetProperty(name, out var schema), Is.True, $"{place}: the event {name} is not described");
            using var data = JsonDocument.Parse(line[6..]);
            Assert.That(_schemas.Faults(schema, data.RootElement), Is.Empty, place);
            seen.Add(name);
            all.AppendLine(line);
        }

        return all.ToString();
    }
}
