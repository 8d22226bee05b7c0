using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Primitives;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace SharedSequencer.Tests.Client;

internal sealed class FollowSlicesTests
{
    private static readonly NamespaceId s_id = NamespaceId.OfName("notes");

    private static readonly SequencerClientOptions s_quick = new()
    {
        FirstBackoff = TimeSpan.FromMilliseconds(1),
        MaximumBackoff = TimeSpan.FromMilliseconds(5),
    };

    [Property(MaxTest = 20)]
    public void Slices_come_exactly_once_and_in_order_over_connections_that_break_anywhere(int seed)
    {
        RunAsync().GetAwaiter().GetResult();

        async Task RunAsync()
        {
            var random = new Random(seed);
            await using var node = await ScriptedNode.StartAsync(async context =>
            {
                if (random.Next(4) == 0)
                {
                    await ScriptedNode.RefuseAsync(context, 503, ProblemCodes.NotReady, "Starting.");
                    return;
                }

                // Some nodes repeat what was had before, some cut the connection in the middle of an event.
                var from = ulong.Parse(context.Request.Query["from"]!);
                var number = Math.Max(1, from - (ulong)random.Next(0, 2));
                for (var i = random.Next(0, 6); i > 0; i--, number++)
                {
                    await SendSliceAsync(context, number);
                    if (random.Next(2) == 0)
                        await SendTipAsync(context, HeightOf(number));
                }

                await context.Response.WriteAsync("event: slice\ndata: {\"namespace\"");
                await context.Response.Body.FlushAsync();
                if (random.Next(2) == 0)
                    context.Abort();
            });
            using var client = new SequencerClient(node.Address, options: s_quick);

            ulong next = 1;
            long tip = 0;
            await foreach (var received in client.FollowSlicesAsync(s_id, 1))
            {
                if (received is TipReached reached)
                {
                    Assert.That(reached.Tip.Height, Is.GreaterThan(tip));
                    tip = reached.Tip.Height;
                    continue;
                }

                var slice = ((SliceArrived)received).Slice;
                Assert.That(slice.Number, Is.EqualTo(next++));
                Assert.That(slice.Height, Is.GreaterThan(tip));
                if (next == 30)
                    break;
            }

            Assert.That(next, Is.EqualTo(30));
        }
    }

    [Test]
    public async Task It_goes_on_from_the_next_number_and_names_the_last_one_it_had()
    {
        List<(string Query, string? LastEventId)> asked = [];
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            asked.Add(($"{context.Request.QueryString}", context.Request.Headers["Last-Event-ID"]));
            await SendSliceAsync(context, ulong.Parse(context.Request.Query["from"]!));
        });
        using var client = new SequencerClient(node.Address, options: s_quick);

        await foreach (var received in client.FollowSlicesAsync(s_id, 5, withProof: true))
        {
            if (received is SliceArrived { Slice.Number: 7 })
                break;
        }

        Assert.That(asked, Is.EqualTo((List<(string, string?)>)[("?from=5&proof=true", null), ("?from=6&proof=true", "5"), ("?from=7&proof=true", "6")]));
    }

    [Test]
    public async Task A_silent_stream_is_opened_again()
    {
        var connections = 0;
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            connections++;
            if (connections > 1)
                await SendSliceAsync(context, 1);
            else
                await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var client = new SequencerClient(
            node.Address, options: s_quick with { StreamIdleTimeout = TimeSpan.FromMilliseconds(300) });

        await foreach (var received in client.FollowSlicesAsync(s_id, 1))
        {
            Assert.That(received, Is.InstanceOf<SliceArrived>());
            break;
        }

        Assert.That(connections, Is.AtLeast(2));
    }

    [Test]
    public async Task Comments_show_that_a_stream_lives()
    {
        var connections = 0;
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            connections++;
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 30; i++)
            {
                await context.Response.WriteAsync(":\n\n");
                await context.Response.Body.FlushAsync();
                await Task.Delay(100, context.RequestAborted);
            }

            await SendSliceAsync(context, 1);
        });
        using var client = new SequencerClient(node.Address, options: s_quick with { StreamIdleTimeout = TimeSpan.FromSeconds(2) });

        await foreach (var _ in client.FollowSlicesAsync(s_id, 1))
            break;

        Assert.That(connections, Is.EqualTo(1));
    }

    [TestCase("a gap")]
    [TestCase("another namespace")]
    [TestCase("a height that does not grow")]
    [TestCase("nonsense")]
    public async Task A_node_that_keeps_breaking_the_order_is_given_up_with_the_reason(string fault)
    {
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            if (context.Request.Query["from"] == "1")
                await SendSliceAsync(context, 1);
            var slice = SliceOf(2);
            if (fault == "nonsense")
            {
                await context.Response.WriteAsync("event: slice\ndata: {}\n\n");
                return;
            }

            await SendSliceAsync(context, fault switch
            {
                "a gap" => slice with { Number = 3 },
                "another namespace" => slice with { Namespace = new NamespaceId(5).ToString() },
                _ => slice with { Height = HeightOf(1) },
            });
        });
        using var client = new SequencerClient(node.Address, options: s_quick);
        var slices = 0;

        var thrown = await SequencerClientTests.ThrownByAsync<SequencerConnectionException>(async () =>
        {
            await foreach (var received in client.FollowSlicesAsync(s_id, 1))
                slices += received is SliceArrived ? 1 : 0;
        });

        Assert.That(slices, Is.EqualTo(1));
        Assert.That(thrown.Message, Does.Contain("makes no sense"));
    }

    [Test]
    public async Task A_refusal_that_asking_again_would_not_change_is_thrown()
    {
        await using var node = await ScriptedNode.StartAsync(context => ScriptedNode.RefuseAsync(context, 410, ProblemCodes.Pruned, "Gone."));
        using var client = new SequencerClient(node.Address, options: s_quick);

        var refused = await SequencerClientTests.ThrownByAsync<SequencerApiException>(async () =>
        {
            await foreach (var _ in client.FollowSlicesAsync(s_id, 1))
                Assert.Fail("nothing can come");
        });

        Assert.That(refused.Code, Is.EqualTo(ProblemCodes.Pruned));
    }

    [Test]
    public async Task It_gives_up_after_the_time_allowed_and_ends_when_cancelled()
    {
        await using var node = await ScriptedNode.StartAsync(context => ScriptedNode.RefuseAsync(context, 503, ProblemCodes.NotReady, "Starting."));
        using var hasty = new SequencerClient(node.Address, options: s_quick with { StreamGiveUpAfter = TimeSpan.FromMilliseconds(100) });
        using var patient = new SequencerClient(node.Address, options: s_quick);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        _ = await SequencerClientTests.ThrownByAsync<SequencerApiException>(() => DrainAsync(hasty, CancellationToken.None));
        _ = await SequencerClientTests.ThrownByAsync<OperationCanceledException>(() => DrainAsync(patient, cancellation.Token));

        static async Task DrainAsync(SequencerClient client, CancellationToken cancellation)
        {
            await foreach (var _ in client.FollowSlicesAsync(s_id, 1, cancellation: cancellation))
                Assert.Fail("nothing can come");
        }
    }

    private static long HeightOf(ulong number) => 10 + (2 * (long)number);

    private static SliceResponse SliceOf(ulong number) => new()
    {
        Namespace = s_id.ToString(),
        Height = HeightOf(number),
        Time = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000),
        BlockHash = new string('a', 64),
        Number = number,
        Entries = [new EntryResponse(1, 0, default(AccountId).ToString(), [1])],
    };

    private static Task SendSliceAsync(HttpContext context, ulong number) => SendSliceAsync(context, SliceOf(number));

    private static Task SendSliceAsync(HttpContext context, SliceResponse slice) =>
        ScriptedNode.SendAsync(context, "slice", $"{slice.Number}", slice, ApiJson.Default.SliceResponse);

    private static Task SendTipAsync(HttpContext context, long height) =>
        ScriptedNode.SendAsync(context, "tip", null, new TipEvent(height, DateTimeOffset.UnixEpoch, new string('a', 64)), ApiJson.Default.TipEvent);
}
