using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Client;

internal sealed class SequencerClientTests
{
    private static readonly Hash256 s_id = Hash256.Of("transaction"u8);
    private static readonly NamespaceId s_namespace = NamespaceId.OfName("notes");
    private static readonly AccountId s_account = AccountId.From(new byte[32]);

    [Test]
    public async Task Each_method_asks_for_the_path_of_the_API()
    {
        await using var node = await ScriptedNode.StartAsync(context => ScriptedNode.RefuseAsync(context, 404, "not_found", "Not here."));
        using var client = new SequencerClient(node.Address);
        using var admin = new SequencerAdminClient(node.Address, "token");

        Assert.That(await client.GetTransactionAsync(s_id), Is.Null);
        Assert.That(await client.GetNamespaceAsync(s_namespace), Is.Null);
        Assert.That(await client.GetAnchorAsync(null), Is.Null);
        Assert.That(await client.GetAnchorAsync(5), Is.Null);
        await RefusedAsync(() => client.SubmitAsync(new byte[] { 1 }));
        await RefusedAsync(() => client.SubmitBatchAsync([new byte[] { 1 }]));
        await RefusedAsync(() => client.GetNamespacesAsync());
        await RefusedAsync(() => client.GetSliceAsync(s_namespace, 5, withProof: true));
        await RefusedAsync(() => client.GetSlicesAsync(s_namespace, 5, 10));
        await RefusedAsync(() => client.GetBlockAsync(5));
        await RefusedAsync(() => client.GetBlockAsync(null));
        await RefusedAsync(() => client.GetLightAsync(5));
        await RefusedAsync(() => client.GetLightAsync(null));
        await RefusedAsync(() => client.GetAccountAsync(s_account));
        await RefusedAsync(() => client.GetFeesAsync());
        await RefusedAsync(() => client.GetStatusAsync());
        await RefusedAsync(() => admin.ReportAnchorAsync(new AnchorEvidence(1, "", 0, [], "", [], 1, [])));
        await RefusedAsync(() => admin.ReportAnchorLostAsync(new AnchorLostReport(1, "", "")));

        Assert.That(node.Requests, Is.EqualTo((string[])[
            $"GET /v1/transactions/{s_id}",
            $"GET /v1/namespaces/{s_namespace}",
            "GET /v1/anchors/latest",
            "GET /v1/anchors?height=5",
            "POST /v1/transactions",
            "POST /v1/transactions/batch",
            "GET /v1/namespaces?limit=1000",
            $"GET /v1/namespaces/{s_namespace}/slices/5?proof=true",
            $"GET /v1/namespaces/{s_namespace}/slices?from=5&limit=10&proof=false",
            "GET /v1/blocks/5",
            "GET /v1/blocks/latest",
            "GET /v1/light/5",
            "GET /v1/light/latest",
            $"GET /v1/accounts/{s_account}",
            "GET /v1/fees",
            "GET /v1/status",
            "POST /v1/anchors",
            "POST /v1/anchors/lost",
        ]));

        static async Task RefusedAsync(Func<Task> call)
        {
            var refused = await ThrownByAsync<SequencerApiException>(call);
            Assert.That((refused.Status, refused.Code, refused.Detail), Is.EqualTo((404, "not_found", "Not here.")));
        }
    }

    [Test]
    public async Task A_transaction_is_submitted_as_its_raw_bytes_and_a_batch_with_lengths_before_each()
    {
        List<(string? Type, byte[] Body)> bodies = [];
        ReadOnlyMemory<byte>[] raws = [new byte[] { 1, 2 }, new byte[] { 3 }];
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            bodies.Add((context.Request.ContentType, await ScriptedNode.BodyAsync(context)));
            if (context.Request.Path == "/v1/transactions")
                await ScriptedNode.WriteAsync(context, Received(raws[0]), ApiJson.Default.SubmitTransactionResponse);
            else
                await ScriptedNode.WriteAsync(context, [.. raws.Select(Received)], ApiJson.Default.SubmitTransactionResponseArray);
        });
        using var client = new SequencerClient(node.Address);

        Assert.That((await client.SubmitAsync(raws[0])).Status, Is.EqualTo(TransactionStatuses.Received));
        Assert.That(await client.SubmitBatchAsync(raws), Has.Count.EqualTo(2));

        Assert.That(bodies.Select(b => b.Type), Is.All.EqualTo("application/octet-stream"));
        Assert.That(bodies[0].Body, Is.EqualTo(raws[0].ToArray()));
        Assert.That(BinaryPrimitives.ReadUInt32BigEndian(bodies[1].Body), Is.EqualTo(2));
        Assert.That(bodies[1].Body, Is.EqualTo(new byte[] { 0, 0, 0, 2, 1, 2, 0, 0, 0, 1, 3 }));
    }

    [Test]
    public async Task An_answer_for_another_transaction_slice_or_count_is_not_taken()
    {
        ReadOnlyMemory<byte> raw = new byte[] { 1 };
        var slice = TestBlock.Random(new Random(1), minimumEntries: 2).Slice(s_namespace);
        await using var node = await ScriptedNode.StartAsync(context => context.Request.Path.Value switch
        {
            "/v1/transactions" => ScriptedNode.WriteAsync(context, Received(new byte[] { 2 }), ApiJson.Default.SubmitTransactionResponse),
            "/v1/transactions/batch" => ScriptedNode.WriteAsync(context, [Received(raw)], ApiJson.Default.SubmitTransactionResponseArray),
            var path when path!.EndsWith("/slices", StringComparison.Ordinal) =>
                ScriptedNode.WriteAsync(context, new SliceRangeResponse([slice with { Number = 4 }], 5), ApiJson.Default.SliceRangeResponse),
            _ => ScriptedNode.WriteAsync(context, slice, ApiJson.Default.SliceResponse),
        });
        using var client = new SequencerClient(node.Address);

        _ = await ThrownByAsync<SequencerConnectionException>(() => client.SubmitAsync(raw));
        _ = await ThrownByAsync<SequencerConnectionException>(() => client.SubmitBatchAsync([raw, raw]));
        _ = await ThrownByAsync<SequencerConnectionException>(() => client.GetSliceAsync(s_namespace, slice.Height + 1));
        _ = await ThrownByAsync<SequencerConnectionException>(() => client.GetSliceAsync(new NamespaceId(5), slice.Height));
        _ = await ThrownByAsync<SequencerConnectionException>(() => client.GetSlicesAsync(s_namespace, 3, 10));
        Assert.That((await client.GetSliceAsync(s_namespace, slice.Height)).Proof, Is.Not.Null);
        Assert.That((await client.GetSlicesAsync(s_namespace, 4, 10)).Slices, Has.Count.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{\"chain_id\":\"x\"}")]
    [TestCase("<html>")]
    [TestCase("{\"base_fee_per_byte\":null,\"suggested_tip_per_byte\":\"0\",\"height\":1}")]
    [TestCase("{\"base_fee_per_byte\":\"1\",\"height\":1}")]
    public async Task An_answer_that_makes_no_sense_is_a_connection_fault_that_names_the_node(string body)
    {
        await using var node = await ScriptedNode.StartAsync(context => context.Response.WriteAsync(body));
        using var client = new SequencerClient(node.Address);

        var fault = await ThrownByAsync<SequencerConnectionException>(() => client.GetFeesAsync());

        Assert.That(fault.Message, Does.Contain(node.Address.ToString()).And.Contain("not understood"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_answer_longer_than_the_bound_is_not_read_whether_it_says_its_length_or_not(bool announced)
    {
        long sent = 0;
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            var piece = new byte[64 * 1024];
            Array.Fill(piece, (byte)' ');
            if (announced)
                context.Response.ContentLength = 1024L * piece.Length;
            for (var i = 0; i < 1024 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(piece);
                sent += piece.Length;
            }
        });
        using var client = new SequencerClient(node.Address, options: new SequencerClientOptions { MaximumResponseBytes = 100_000 });

        var fault = await ThrownByAsync<SequencerConnectionException>(() => client.GetStatusAsync());

        Assert.That(fault.Message, Does.Contain("100000 bytes"));
        Assert.That(sent, Is.LessThan(64 * 1024 * 1024));
    }

    [Test]
    public async Task A_node_that_does_not_answer_in_time_is_a_connection_fault_and_a_cancelled_call_is_cancelled()
    {
        await using var node = await ScriptedNode.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = new SequencerClient(node.Address, options: new SequencerClientOptions { RequestTimeout = TimeSpan.FromMilliseconds(200) });
        using var patient = new SequencerClient(node.Address);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        var fault = await ThrownByAsync<SequencerConnectionException>(() => client.GetStatusAsync());
        Assert.That(fault.Message, Does.Contain("did not answer within 0.2 s"));
        _ = await ThrownByAsync<TaskCanceledException>(() => patient.GetStatusAsync(cancellation.Token));
    }

    [Test]
    public async Task A_node_that_is_not_there_is_a_connection_fault_that_names_it()
    {
        var node = await ScriptedNode.StartAsync(_ => Task.CompletedTask);
        var address = node.Address;
        await node.DisposeAsync();
        using var client = new SequencerClient(address);

        var fault = await ThrownByAsync<SequencerConnectionException>(() => client.GetStatusAsync());

        Assert.That(fault.Message, Does.Contain(address.ToString()).And.Contain("not reachable"));
        Assert.That(fault.Node, Is.EqualTo(address));
    }

    [Test]
    public async Task An_error_that_is_no_problem_document_keeps_its_HTTP_status()
    {
        await using var node = await ScriptedNode.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("<html>a proxy's page</html>");
        });
        using var client = new SequencerClient(node.Address);

        // A proxy's 404 does not say that the transaction is unknown.
        var refused = await ThrownByAsync<SequencerApiException>(() => client.GetTransactionAsync(s_id));

        Assert.That((refused.Status, refused.Code), Is.EqualTo((404, "http_404")));
    }

    [Test]
    public async Task A_redirect_is_not_followed_with_the_token()
    {
        await using var other = await ScriptedNode.StartAsync(_ => Task.CompletedTask);
        var elsewhere = new Uri(other.Address, "/v1/anchors").ToString();
        string? token = null;
        await using var node = await ScriptedNode.StartAsync(context =>
        {
            token = context.Request.Headers.Authorization;
            context.Response.Redirect(elsewhere, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        using var admin = new SequencerAdminClient(node.Address, "  secret\n");

        _ = await ThrownByAsync<SequencerApiException>(() => admin.ReportAnchorAsync(new AnchorEvidence(1, "", 0, [], "", [], 1, [])));

        Assert.That(token, Is.EqualTo("Bearer secret"));
        Assert.That(other.Requests, Is.Empty);
    }

    [Test]
    public async Task All_namespaces_are_listed_over_several_pages_and_a_list_that_goes_in_circles_is_refused()
    {
        var circle = false;
        await using var node = await ScriptedNode.StartAsync(context =>
        {
            var after = context.Request.Query["after"] is [{ } text] && NamespaceId.TryParse(text, out var id) && !circle ? id.Value : 0;
            var page = Enumerable.Range(1, 1000).Select(i => after + (ulong)i).Where(value => value <= 2500).Select(NamespaceOf);
            return ScriptedNode.WriteAsync(context, new NamespaceListResponse([.. page]), ApiJson.Default.NamespaceListResponse);
        });
        using var client = new SequencerClient(node.Address);

        var all = (await client.GetNamespacesAsync()).Namespaces;
        circle = true;
        var fault = await ThrownByAsync<SequencerConnectionException>(() => client.GetNamespacesAsync());

        Assert.That(all.Select(n => n.Id), Is.EqualTo(Enumerable.Range(1, 2500).Select(i => new NamespaceId((ulong)i).ToString())));
        Assert.That(fault.Message, Does.Contain("out of order"));
        Assert.That(node.Requests, Has.Count.EqualTo(5));

        static NamespaceResponse NamespaceOf(ulong value) => new()
        {
            Id = $"{new NamespaceId(value)}",
            Name = $"n-{value}",
            Owner = $"{s_account}",
            FeeRecipient = $"{s_account}",
            SurchargePerByte = "0",
            FeePerByte = "0",
            MaxBytesPerBlock = 0,
            DataMode = "full",
            Deposit = "0",
            Head = new NamespaceHeadResponse(0, 0, new string('0', 64)),
        };
    }

    [Test]
    public async Task What_does_not_exist_yet_is_null_too()
    {
        await using var node = await ScriptedNode.StartAsync(context => ScriptedNode.RefuseAsync(context, 404, ProblemCodes.NotYet, "Not yet."));
        using var client = new SequencerClient(node.Address);

        Assert.That(await client.GetAnchorAsync(null), Is.Null);
    }

    [TestCase("ftp://host/")]
    [TestCase("/relative")]
    public void Only_http_addresses_are_taken(string address) =>
        Assert.That(() => new SequencerClient(new Uri(address, UriKind.RelativeOrAbsolute)), Throws.ArgumentException.With.Message.Contains(address));

    internal static async Task<T> ThrownByAsync<T>(Func<Task> call)
        where T : Exception
    {
        try
        {
            await call();
        }
        catch (T e)
        {
            return e;
        }

        throw new AssertionException($"No {typeof(T).Name} was thrown.");
    }

    private static SubmitTransactionResponse Received(ReadOnlyMemory<byte> raw) =>
        new(Hash256.Of(raw.Span).ToString(), TransactionStatuses.Received);
}
