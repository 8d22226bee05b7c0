using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace SharedSequencer.Tests.Client;

/// <summary>Submitting and waiting for a status, when the node evicts, rejects or forgets in between.</summary>
internal sealed class AwaitTransactionTests
{
    private static readonly SecretKey s_key = SecretKey.From([.. Enumerable.Repeat((byte)9, 32)]);
    private static readonly NamespaceId s_namespace = NamespaceId.OfName("notes");
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly AccountSenderOptions s_quick = new() { RetryDelay = TimeSpan.FromMilliseconds(1), MaxFeePerByte = 9 };

    [TestCase(TransactionStatuses.Evicted)]
    [TestCase(TransactionStatuses.Rejected)]
    public async Task The_same_bytes_are_submitted_again_until_they_are_final(string end)
    {
        await using var node = await FickleNode.StartAsync((_, submissions) => submissions < 4 ? end : TransactionStatuses.Final);
        using var sender = new AccountSender(node.Client, s_key, s_quick);

        var status = await sender.SendAndAwaitAsync([Data(1)], TransactionStatuses.Final, s_patience);

        Assert.That(status.Status, Is.EqualTo(TransactionStatuses.Final));
        Assert.That(node.Submitted, Has.Count.EqualTo(4));
        Assert.That(node.Submitted.Select(t => t.Id).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Espresso_lost_tracking_a_transaction_that_its_node_forgot_over_a_restart_is_not_lost()
    {
        await using var node = await FickleNode.StartAsync((_, submissions) => submissions == 1 ? FickleNode.Unknown : TransactionStatuses.Final);
        using var sender = new AccountSender(node.Client, s_key, s_quick);

        var status = await sender.SendAndAwaitAsync([Data(1)], TransactionStatuses.Final, s_patience);

        Assert.That((status.Status, node.Submitted.Count), Is.EqualTo((TransactionStatuses.Final, 2)));
    }

    [TestCase(TransactionStatuses.Expired)]
    [TestCase(TransactionStatuses.Replaced)]
    public async Task An_end_that_the_same_bytes_cannot_change_is_returned(string end)
    {
        await using var node = await FickleNode.StartAsync((_, _) => end);
        using var sender = new AccountSender(node.Client, s_key, s_quick);

        var status = await sender.SendAndAwaitAsync([Data(1)], TransactionStatuses.Final, s_patience);

        Assert.That((status.Status, node.Submitted.Count), Is.EqualTo((end, 1)));
    }

    [Test]
    public async Task A_refusal_of_the_same_bytes_is_thrown_and_the_node_is_asked_for_the_next_nonce()
    {
        await using var node = await FickleNode.StartAsync((_, submissions) => submissions == 1 ? TransactionStatuses.Rejected : "not_writer");
        using var sender = new AccountSender(node.Client, s_key, s_quick);

        var refused = await SequencerClientTests.ThrownByAsync<TransactionRefusedException>(
            () => sender.SendAndAwaitAsync([Data(1)], TransactionStatuses.Final, s_patience));
        Assert.That(refused.Code, Is.EqualTo("not_writer"));

        node.Nonce = 0;
        Assert.That((await sender.SendAsync([Data(2)])).Transaction.Body.Nonce, Is.EqualTo(0));
    }

    [Test]
    public async Task What_a_block_has_taken_meanwhile_is_final_although_the_bytes_are_refused()
    {
        var seen = 0;
        await using var node = await FickleNode.StartAsync((_, submissions) => submissions switch
        {
            // Asked at its submission, then by the watcher, then once the same bytes were refused.
            1 when Interlocked.Increment(ref seen) <= 2 => TransactionStatuses.Evicted,
            1 => TransactionStatuses.Final,
            _ => "nonce_too_low",
        });
        using var sender = new AccountSender(node.Client, s_key, s_quick);

        var status = await sender.SendAndAwaitAsync([Data(1)], TransactionStatuses.Final, s_patience);

        Assert.That(status.Status, Is.EqualTo(TransactionStatuses.Final));
    }

    [Test]
    public async Task It_gives_up_in_time_and_says_where_the_transaction_stands()
    {
        await using var node = await FickleNode.StartAsync((_, _) => TransactionStatuses.Evicted);
        using var sender = new AccountSender(node.Client, s_key, s_quick with { RetryDelay = TimeSpan.FromMilliseconds(50) });

        var late = await SequencerClientTests.ThrownByAsync<TimeoutException>(
            () => sender.SendAndAwaitAsync([Data(1)], TransactionStatuses.Final, TimeSpan.FromMilliseconds(300)));

        Assert.That(late.Message, Does.Contain("evicted"));
        Assert.That(node.Submitted, Has.Count.AtLeast(2));
    }

    [Property(MaxTest = 10)]
    public void Many_in_flight_all_become_final_once_whatever_the_node_evicts(int seed)
    {
        RunAsync().GetAwaiter().GetResult();

        async Task RunAsync()
        {
            await using var node = await FickleNode.StartAsync((nonce, submissions) =>
                new Random(HashCode.Combine(seed, nonce, submissions)).Next(3) switch
                {
                    0 when submissions < 5 => TransactionStatuses.Evicted,
                    1 when submissions < 5 => FickleNode.Unknown,
                    _ => TransactionStatuses.Final,
                });
            using var sender = new AccountSender(node.Client, s_key, s_quick);

            var ends = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => sender.SendAndAwaitAsync([Data(i)], TransactionStatuses.Final, s_patience)));

            Assert.That(ends.Select(e => e.Status), Is.All.EqualTo(TransactionStatuses.Final));
            Assert.That(ends.Select(e => e.Id).Distinct().Count(), Is.EqualTo(20));
            Assert.That(node.Submitted.Select(t => t.Body.Nonce).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 20).Select(n => (ulong)n)));
            Assert.That(node.Submitted.Select(t => t.Id).Distinct().Count(), Is.EqualTo(20), "never signed anew");
        }
    }

    private static SubmitData Data(int i) => new(s_namespace, BitConverter.GetBytes(i));

    /// <summary>A node that takes whatever has the next nonce, and says of it what its fate is by the number of its submissions.</summary>
    private sealed class FickleNode : IAsyncDisposable
    {
        /// <summary>A fate: the node does not know the transaction.</summary>
        public const string Unknown = "unknown";

        private readonly ConcurrentDictionary<Hash256, int> _submissions = new();
        private readonly Func<ulong, int, string> _fate;
        private readonly Lock _gate = new();
        private ScriptedNode _node = null!;

        private FickleNode(Func<ulong, int, string> fate) => _fate = fate;

        public SequencerClient Client { get; private set; } = null!;

        public List<SignedTransaction> Submitted { get; } = [];

        public ulong Nonce { get; set; }

        public static async Task<FickleNode> StartAsync(Func<ulong, int, string> fate)
        {
            var node = new FickleNode(fate);
            node._node = await ScriptedNode.StartAsync(node.AnswerAsync);
            node.Client = new SequencerClient(node._node.Address);
            return node;
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _node.DisposeAsync();
        }

        private Task AnswerAsync(HttpContext context)
        {
            var parts = context.Request.Path.Value!.Split('/')[2..];
            return parts switch
            {
                ["transactions"] => TakeAsync(context),
                ["transactions", var id, "events"] => EventsAsync(context, Hash256.Parse(id)),
                ["transactions", var id] => StatusAsync(context, Hash256.Parse(id)),
                ["status"] => ScriptedNode.WriteAsync(context, ScriptedNode.Status(), ApiJson.Default.StatusResponse),
                ["fees"] => ScriptedNode.WriteAsync(context, new FeesResponse("1", "1", 10), ApiJson.Default.FeesResponse),
                _ => ScriptedNode.WriteAsync(
                    context,
                    new AccountResponse { Address = $"{s_key.PublicKey}", Balance = "1", Nonce = 0, PendingNonce = Nonce, Height = 10 },
                    ApiJson.Default.AccountResponse),
            };
        }

        private async Task TakeAsync(HttpContext context)
        {
            Assert.That(SignedTransaction.TryDecode(await ScriptedNode.BodyAsync(context), out var transaction, out var error), Is.True, error);
            int submissions;
            lock (_gate)
            {
                Submitted.Add(transaction);
                submissions = Submitted.Count(t => t.Id == transaction.Id);
                if (submissions == 1)
                    Nonce = transaction.Body.Nonce + 1;
            }

            var fate = _fate(transaction.Body.Nonce, submissions);
            if (submissions > 1 && (fate.StartsWith("not_", StringComparison.Ordinal) || fate.StartsWith("nonce_", StringComparison.Ordinal)))
            {
                await ScriptedNode.RefuseAsync(context, 422, fate, "Refused.");
                return;
            }

            _submissions[transaction.Id] = submissions;
            await ScriptedNode.WriteAsync(
                context, new SubmitTransactionResponse($"{transaction.Id}", TransactionStatuses.Received), ApiJson.Default.SubmitTransactionResponse);
        }

        private async Task EventsAsync(HttpContext context, Hash256 id)
        {
            if (Fate(id) is not { } status)
            {
                await ScriptedNode.RefuseAsync(context, 404, ProblemCodes.NotFound, "Not known.");
                return;
            }

            await ScriptedNode.SendAsync(context, "status", null, new TransactionStatusResponse($"{id}", TransactionStatuses.Received), ApiJson.Default.TransactionStatusResponse);
            await ScriptedNode.SendAsync(context, "status", null, status, ApiJson.Default.TransactionStatusResponse);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        private Task StatusAsync(HttpContext context, Hash256 id) => Fate(id) is { } status
            ? ScriptedNode.WriteAsync(context, status, ApiJson.Default.TransactionStatusResponse)
            : ScriptedNode.RefuseAsync(context, 404, ProblemCodes.NotFound, "Not known.");

        private TransactionStatusResponse? Fate(Hash256 id)
        {
            ulong nonce;
            lock (_gate)
                nonce = Submitted.First(t => t.Id == id).Body.Nonce;
            var fate = _fate(nonce, _submissions[id]);
            if (fate == Unknown)
                return null;
            return new TransactionStatusResponse($"{id}", fate) { Height = fate == TransactionStatuses.Final ? 7 : null };
        }
    }
}
