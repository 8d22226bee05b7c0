using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Tests.Client;

internal sealed class AccountSenderTests
{
    private static readonly SecretKey s_key = SecretKey.From([.. Enumerable.Repeat((byte)9, 32)]);
    private static readonly NamespaceId s_namespace = NamespaceId.OfName("notes");
    private static readonly AccountSenderOptions s_quick = new() { RetryDelay = TimeSpan.FromMilliseconds(1) };

    [Test]
    public async Task Many_at_once_get_consecutive_nonces_in_order_with_valid_signatures()
    {
        await using var pool = await Pool.StartAsync();
        pool.Nonce = 40;
        using var sender = new AccountSender(pool.Client, s_key, s_quick);

        var sent = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => sender.SendAsync([Data(i)])));

        Assert.That(pool.Taken.Select(t => t.Body.Nonce), Is.EqualTo(Enumerable.Range(40, 30).Select(n => (ulong)n)));
        Assert.That(pool.Taken.Select(t => t.Id), Is.EquivalentTo(sent.Select(s => s.Transaction.Id)));
        Assert.That(pool.Taken.Select(t => t.HasValidSignature()), Is.All.True);
        Assert.That(pool.AccountReads, Is.EqualTo(1));
    }

    [Test]
    public async Task Chain_fees_and_expiry_come_from_the_node()
    {
        await using var pool = await Pool.StartAsync();
        using var sender = new AccountSender(pool.Client, s_key, s_quick);
        using var brief = new AccountSender(pool.Client, s_key, s_quick with { Lifetime = TimeSpan.FromDays(30), MaxFeePerByte = 9, TipPerByte = 4 });

        var first = (await sender.SendAsync([Data(1)])).Transaction.Body;
        var second = (await brief.SendAsync([Data(2)])).Transaction.Body;

        // Base fee 3, suggested tip 2, surcharge 5; the chain allows a day.
        Assert.That((first.ChainId, first.MaxFeePerByte, first.TipPerByte), Is.EqualTo(("test-1", 3ul + 3 + 2 + 5, 2ul)));
        Assert.That(first.ExpiryTime, Is.EqualTo(1_790_000_000 + 600));
        Assert.That((second.MaxFeePerByte, second.TipPerByte), Is.EqualTo((9ul, 4ul)));
        Assert.That(second.ExpiryTime, Is.EqualTo(1_790_000_000 + 86_400));
    }

    [Test]
    public async Task When_someone_else_uses_the_account_the_node_says_where_to_go_on()
    {
        await using var pool = await Pool.StartAsync();
        using var sender = new AccountSender(pool.Client, s_key, s_quick);
        _ = await sender.SendAsync([Data(1)]);

        pool.Nonce = 10;
        Assert.That((await sender.SendAsync([Data(2)])).Transaction.Body.Nonce, Is.EqualTo(10));
        pool.Nonce = 5;
        Assert.That((await sender.SendAsync([Data(3)])).Transaction.Body.Nonce, Is.EqualTo(5));
        Assert.That((await sender.SendAsync([Data(4)])).Transaction.Body.Nonce, Is.EqualTo(6));
    }

    [Test]
    public async Task A_broken_connection_resubmits_the_same_bytes_so_that_nothing_is_sent_twice()
    {
        await using var pool = await Pool.StartAsync();
        using var sender = new AccountSender(pool.Client, s_key, s_quick);
        pool.BreakAfterTaking = 2;

        var sent = await sender.SendAsync([Data(1)]);

        Assert.That(pool.Submissions, Is.EqualTo(3));
        Assert.That(pool.Taken.Select(t => t.Id), Is.EqualTo((Hash256[])[sent.Transaction.Id]));
        Assert.That((await sender.SendAsync([Data(2)])).Transaction.Body.Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task When_all_attempts_break_the_next_one_asks_the_node_for_the_nonce()
    {
        await using var pool = await Pool.StartAsync();
        using var sender = new AccountSender(pool.Client, s_key, s_quick);
        pool.BreakAfterTaking = s_quick.Attempts;

        _ = await SequencerClientTests.ThrownByAsync<SequencerConnectionException>(() => sender.SendAsync([Data(1)]));

        Assert.That((await sender.SendAsync([Data(2)])).Transaction.Body.Nonce, Is.EqualTo(1));
        Assert.That(pool.Taken, Has.Count.EqualTo(2));
    }

    [TestCase("insufficient_balance")]
    [TestCase("not_writer")]
    public async Task A_refusal_is_thrown_with_its_code_and_uses_no_nonce(string code)
    {
        await using var pool = await Pool.StartAsync();
        using var sender = new AccountSender(pool.Client, s_key, s_quick);
        pool.RefuseWith = code;

        var refused = await SequencerClientTests.ThrownByAsync<TransactionRefusedException>(() => sender.SendAsync([Data(1)]));
        Assert.That((refused.Code, pool.Submissions), Is.EqualTo((code, 1)));

        pool.RefuseWith = null;
        Assert.That((await sender.SendAsync([Data(2)])).Transaction.Body.Nonce, Is.EqualTo(0));
    }

    [TestCase("fee_too_low")]
    [TestCase("expired")]
    public async Task When_fees_or_time_have_moved_it_asks_again_and_signs_anew(string code)
    {
        await using var pool = await Pool.StartAsync();
        using var sender = new AccountSender(pool.Client, s_key, s_quick);
        _ = await sender.SendAsync([Data(1)]);

        pool.RefuseOnceWith = code;
        pool.BaseFee = 50;
        var sent = await sender.SendAsync([Data(2)]);

        Assert.That((sent.Transaction.Body.Nonce, sent.Transaction.Body.MaxFeePerByte), Is.EqualTo((1ul, 107ul)));
    }

    [Test]
    public async Task Actions_that_can_be_no_transaction_are_refused_before_anything_is_sent()
    {
        await using var pool = await Pool.StartAsync();
        using var sender = new AccountSender(pool.Client, s_key, s_quick);

        _ = await SequencerClientTests.ThrownByAsync<ArgumentException>(() => sender.SendAsync([]));
        _ = await SequencerClientTests.ThrownByAsync<ArgumentException>(() => sender.SendAsync([new SubmitData(s_namespace, new byte[600_000])]));

        Assert.That(pool.Submissions, Is.Zero);
        Assert.That((await sender.SendAsync([Data(2)])).Transaction.Body.Nonce, Is.EqualTo(0));
    }

    private static SubmitData Data(int i) => new(s_namespace, BitConverter.GetBytes(i));

    /// <summary>The part of a node that takes one account's transactions: decodes, checks nonces, knows what it has.</summary>
    private sealed class Pool : IAsyncDisposable
    {
        private ScriptedNode _node = null!;

        public SequencerClient Client { get; private set; } = null!;

        public ulong Nonce { get; set; }

        public ulong BaseFee { get; set; } = 3;

        public int BreakAfterTaking { get; set; }

        public string? RefuseWith { get; set; }

        public string? RefuseOnceWith { get; set; }

        public List<SignedTransaction> Taken { get; } = [];

        public int Submissions { get; private set; }

        public int AccountReads { get; private set; }

        public static async Task<Pool> StartAsync()
        {
            var pool = new Pool();
            pool._node = await ScriptedNode.StartAsync(pool.AnswerAsync);
            pool.Client = new SequencerClient(pool._node.Address);
            return pool;
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _node.DisposeAsync();
        }

        private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
        {
            "/v1/transactions" => TakeAsync(context),
            "/v1/status" => ScriptedNode.WriteAsync(context, ScriptedNode.Status(), ApiJson.Default.StatusResponse),
            "/v1/fees" => ScriptedNode.WriteAsync(context, new FeesResponse($"{BaseFee}", "2", 10), ApiJson.Default.FeesResponse),
            var path when path!.StartsWith("/v1/namespaces/", StringComparison.Ordinal) =>
                ScriptedNode.WriteAsync(context, Namespace(), ApiJson.Default.NamespaceResponse),
            _ => AccountAsync(context),
        };

        private Task AccountAsync(HttpContext context)
        {
            AccountReads++;
            var account = new AccountResponse { Address = $"{s_key.PublicKey}", Balance = "1", Nonce = 0, PendingNonce = Nonce, Height = 10 };
            return ScriptedNode.WriteAsync(context, account, ApiJson.Default.AccountResponse);
        }

        private async Task TakeAsync(HttpContext context)
        {
            Submissions++;
            Assert.That(SignedTransaction.TryDecode(await ScriptedNode.BodyAsync(context), out var transaction, out var error), Is.True, error);
            if (Taken.All(t => t.Id != transaction.Id))
            {
                var refusal = RefuseWith ?? RefuseOnceWith
                    ?? (transaction.Body.Nonce < Nonce ? "nonce_too_low" : transaction.Body.Nonce > Nonce ? "nonce_gap" : null);
                RefuseOnceWith = null;
                if (refusal is not null)
                {
                    await ScriptedNode.RefuseAsync(context, 422, refusal, "Refused.");
                    return;
                }

                Taken.Add(transaction);
                Nonce++;
            }

            if (BreakAfterTaking > 0)
            {
                BreakAfterTaking--;
                context.Abort();
                return;
            }

            await ScriptedNode.WriteAsync(
                context, new SubmitTransactionResponse($"{transaction.Id}", TransactionStatuses.Received), ApiJson.Default.SubmitTransactionResponse);
        }

        private static NamespaceResponse Namespace() => new()
        {
            Id = $"{s_namespace}",
            Name = "notes",
            Owner = $"{s_key.PublicKey}",
            FeeRecipient = $"{s_key.PublicKey}",
            SurchargePerByte = "5",
            FeePerByte = "0",
            MaxBytesPerBlock = 0,
            DataMode = "full",
            Deposit = "1000000",
            Head = new NamespaceHeadResponse(0, 0, new string('0', 64)),
        };
    }
}
