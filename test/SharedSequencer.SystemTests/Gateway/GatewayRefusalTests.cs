using System.Net;
using System.Numerics;
using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Cryptography;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Rlp;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Gateway.Methods;
using SharedSequencer.SystemTests.Evm;

namespace SharedSequencer.SystemTests.Gateway;

/// <summary>What the gateway refuses, in the words that wallets know; one gateway for all.</summary>
public sealed class GatewayRefusalTests
{
    private static readonly SecretKey s_key = GethNode.Rich[0];

    private GatewayUnderTest _gateway = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _gateway = await GatewayUnderTest.StartAsync(o => o with { NoncePatience = TimeSpan.FromMilliseconds(200) });

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
    }

    [Test]
    public async Task A_used_nonce_is_too_low()
    {
        await _gateway.ReceiptAsync(await _gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[1], 0)));
        Assert.That(
            await _gateway.RefusalAsync(SliceMaker.Transfer(GethNode.Rich[1], 0, value: 5)),
            Is.EqualTo((-32000, "nonce too low: next nonce 1, tx nonce 0")));
    }

    [Test]
    public async Task A_nonce_after_a_gap_is_too_high() => Assert.That(
        await _gateway.RefusalAsync(SliceMaker.Transfer(s_key, 5)),
        Is.EqualTo((-32000, $"nonce too high: address {EvmAddress.Of(s_key)}, tx: 5 state: 0")));

    [Test]
    public async Task Another_chains_transaction_is_refused()
    {
        var (code, message) = await _gateway.RefusalAsync(Sign(t => t with { ChainId = 1 }));
        Assert.That((code, message), Is.EqualTo((-32000, "invalid sender: invalid chain id for signer: signed for chain 1, this is chain 777")));
    }

    [Test]
    public async Task A_poor_account_is_told_so() => Assert.That(
        (await _gateway.RefusalAsync(SliceMaker.Transfer(GethNode.Key(500), 0))).Message,
        Does.StartWith("insufficient funds for gas * price + value: balance 0, tx cost "));

    [Test]
    public async Task A_fee_cap_below_the_base_fee_is_refused() => Assert.That(
        (await _gateway.RefusalAsync(Sign(t => t with { MaxFeePerGas = 1, MaxPriorityFeePerGas = 0 }))).Message,
        Does.StartWith("max fee per gas less than block base fee: "));

    [Test]
    public async Task Too_little_and_too_much_gas_are_refused()
    {
        Assert.That((await _gateway.RefusalAsync(Sign(t => t with { GasLimit = 20_999 }))).Message, Does.StartWith("intrinsic gas too low: "));
        Assert.That((await _gateway.RefusalAsync(Sign(t => t with { GasLimit = 30_000_001 }))).Message, Does.StartWith("exceeds block gas limit: "));
    }

    [Test]
    public async Task A_tip_above_the_fee_cap_is_refused() => Assert.That(
        (await _gateway.RefusalAsync(Sign(t => t with { MaxPriorityFeePerGas = BigInteger.Pow(10, 12) }))).Message,
        Does.StartWith("max priority fee per gas higher than max fee per gas: "));

    [TestCase("0x", -32000, "invalid transaction: no bytes")]
    [TestCase("0x1234", -32000, "transaction type not supported")]
    [TestCase("0xf8", -32000, "invalid transaction")]
    [TestCase("0x123", -32602, "invalid argument 0: ")]
    [TestCase("0xzz", -32602, "invalid argument 0: ")]
    [TestCase("1234", -32602, "invalid argument 0: ")]
    [TestCase(7, -32602, "invalid argument 0: ")]
    public async Task Garbage_is_refused(object argument, int code, string message)
    {
        var error = await _gateway.ErrorAsync("eth_sendRawTransaction", argument);
        Assert.That(error.Code, Is.EqualTo(code));
        Assert.That(error.Message, Does.StartWith(message));
    }

    [Test]
    public async Task A_transaction_of_more_than_128_KiB_is_oversized()
    {
        var raw = Sign(t => t with { Data = new byte[140_000], GasLimit = 29_000_000 });
        Assert.That(await _gateway.RefusalAsync(raw), Is.EqualTo((-32000, $"oversized data: transaction size {raw.Length}, limit 131072")));
    }

    [Test]
    public async Task A_legacy_transaction_without_a_chain_id_is_refused()
    {
        var fields = new RlpWriter().Integer(0UL).Integer(2_000_000_000UL).Integer(21_000UL)
            .String(EvmAddress.Of(GethNode.Rich[2]).Span).Integer(1UL).String([]);
        var signature = new byte[64];
        var parity = EcdsaRecovery.Sign(Keccak256.Of(new RlpWriter().List(fields.Written).Written).Span, s_key, signature);
        var raw = new RlpWriter().List(fields.Integer(27UL + (ulong)parity)
            .Integer(new BigInteger(signature.AsSpan(0, 32), isUnsigned: true, isBigEndian: true))
            .Integer(new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true)).Written).ToArray();
        Assert.That(
            await _gateway.RefusalAsync(raw),
            Is.EqualTo((-32000, "only replay-protected (EIP-155) transactions allowed over RPC")));
    }

    [Test]
    public async Task A_repeat_and_a_replacement_of_what_is_in_flight_are_refused()
    {
        var key = GethNode.Rich[3];
        _gateway.Sequencer.IsHeld = true;
        await _gateway.SendAsync(SliceMaker.Transfer(key, 0));
        Assert.That(await _gateway.RefusalAsync(SliceMaker.Transfer(key, 0)), Is.EqualTo((-32000, "already known")));
        Assert.That((await _gateway.RefusalAsync(SliceMaker.Transfer(key, 0, value: 2))).Message, Does.StartWith("replacement transaction underpriced"));
        await _gateway.Sequencer.ReleaseAsync();
    }

    [TestCase("testing_buildBlockV1")]
    [TestCase("testing_commitBlockV1")]
    [TestCase("engine_newPayloadV3")]
    [TestCase("engine_forkchoiceUpdatedV3")]
    [TestCase("debug_setHead")]
    [TestCase("debug_traceTransaction")]
    [TestCase("admin_nodeInfo")]
    [TestCase("txpool_content")]
    [TestCase("miner_start")]
    [TestCase("personal_listAccounts")]
    [TestCase("eth_sign")]
    [TestCase("eth_signTransaction")]
    [TestCase("eth_sendTransaction")]
    [TestCase("eth_sendRawTransactionSync")]
    [TestCase("eth_sendRawTransactionConditional")]
    [TestCase("eth_coinbase")]
    [TestCase("eth_submitWork")]
    [TestCase("eth_subscribe")]
    [TestCase("rpc_modules")]
    [TestCase("ETH_CHAINID")]
    [TestCase("eth_chainId ")]
    public async Task A_method_that_is_not_listed_does_not_exist(string method) => Assert.That(
        await _gateway.ErrorAsync(method), Is.EqualTo((-32601, $"the method {method} does not exist/is not available")));

    [Test]
    public async Task Every_listed_method_reaches_geth()
    {
        List<string> unknown = [];
        foreach (var method in AllowedMethods.All)
        {
            var (_, body) = await _gateway.PostAsync($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":[]}}");
            if (body.Contains("does not exist/is not available", StringComparison.Ordinal))
                unknown.Add(method);
        }

        Assert.That(unknown, Is.Empty);
        Assert.That((await _gateway.CallAsync("eth_accounts")).GetArrayLength(), Is.Zero);
        Assert.That((await _gateway.CallAsync("net_version")).GetString(), Is.EqualTo("777"));
    }

    [Test]
    public async Task A_reverts_data_comes_through()
    {
        // PUSH1 0 PUSH1 0 REVERT as creation code.
        var error = await _gateway.ErrorAsync("eth_estimateGas", new { from = EvmAddress.Of(s_key).ToString(), data = "0x60006000fd" });
        Assert.That((error.Code, error.Message), Is.EqualTo((3, "execution reverted")));
    }

    [Test]
    public async Task A_batch_is_answered_in_its_order_whoever_answers()
    {
        var (status, body) = await _gateway.PostAsync(
            """
            [{"jsonrpc":"2.0","id":"a","method":"eth_chainId"},{"jsonrpc":"2.0","id":2,"method":"engine_x"},
             {"jsonrpc":"2.0","id":3,"method":"eth_accounts"},{"jsonrpc":"2.0","method":"eth_chainId"},
             {"jsonrpc":"2.0","id":4,"method":"eth_getBalance","params":["0x0000000000000000000000000000000000000001","latest"]}]
            """);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        var answers = JsonDocument.Parse(body).RootElement.EnumerateArray().ToList();
        Assert.That(answers.Select(a => a.GetProperty("id").ToString()), Is.EqualTo(new[] { "a", "2", "3", "4" }));
        Assert.That(answers[0].GetProperty("result").GetString(), Is.EqualTo("0x309"));
        Assert.That(answers[1].GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32601));
        Assert.That(answers[3].GetProperty("result").GetString(), Is.EqualTo("0x0"));
    }

    [Test]
    public async Task A_batch_of_more_than_a_hundred_calls_is_refused()
    {
        var calls = string.Join(',', Enumerable.Repeat("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"}", 101));
        var (_, body) = await _gateway.PostAsync($"[{calls}]");
        Assert.That(JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32600));
    }

    [Test]
    public async Task A_body_of_more_than_a_MiB_is_refused_with_an_error_that_can_be_read()
    {
        var (status, body) = await _gateway.PostAsync(
            $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_sendRawTransaction\",\"params\":[\"0x{new string('0', 1_200_000)}\"]}}");
        Assert.That(status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(
            JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("message").GetString(),
            Is.EqualTo("request body too large: at most 1048576 bytes are allowed"));
    }

    [Test]
    public async Task Browsers_may_call_from_any_page()
    {
        using var preflight = await _gateway.SendHttpAsync(HttpMethod.Options, "/");
        Assert.That(preflight.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(preflight.Headers.GetValues("Access-Control-Allow-Origin"), Is.EqualTo(new[] { "*" }));
        Assert.That(preflight.Headers.GetValues("Access-Control-Allow-Headers"), Is.EqualTo(new[] { "*" }));
    }

    [Test]
    public async Task A_client_that_calls_too_often_gets_429_and_each_call_of_a_batch_counts()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(options => options with { MaximumCallsPerSecond = 20 });
        var calls = string.Join(',', Enumerable.Repeat("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"}", 50));
        var taken = 0;
        var (status, refusal) = await gateway.PostAsync($"[{calls}]");
        while (status == HttpStatusCode.OK && taken++ < 100)
            (status, refusal) = await gateway.PostAsync($"[{calls}]");

        // A bucket holds the calls of five seconds, two batches; then each takes two and a half seconds to come.
        Assert.That(status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(taken, Is.GreaterThanOrEqualTo(2));
        Assert.That(JsonDocument.Parse(refusal).RootElement.GetProperty("code").GetString(), Is.EqualTo("too_many_requests"));
    }

    [Test]
    public async Task Metrics_tell_calls_by_method_and_never_by_a_strangers_name()
    {
        await _gateway.CallAsync("eth_chainId");
        await _gateway.ErrorAsync("evil\"name");
        using var answer = await _gateway.SendHttpAsync(HttpMethod.Get, "/metrics");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(text, Does.Contain("gateway_call_duration_seconds_count{method=\"eth_chainId\"}"));
        Assert.That(text, Does.Contain("gateway_errors_total{code=\"-32601\",method=\"refused\"}").And.Not.Contain("evil"));
    }

    private static byte[] Sign(Func<FeeMarketTransaction, FeeMarketTransaction> change) =>
        change(new FeeMarketTransaction { ChainId = 777, Nonce = 0, To = SliceMaker.Recipient, Value = 1 }).Sign(s_key);
}
