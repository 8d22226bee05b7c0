using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.Tests.Client;

namespace SharedSequencer.Tests.Cli;

/// <summary>What the commands sign and send, and how they follow it; the node's side of it is scripted.</summary>
internal sealed class SendingCommandTests
{
    private static readonly AccountId s_owner = AccountId.From([.. Enumerable.Repeat((byte)4, 32)]);
    private static readonly string[] s_allSteps = ["received", "final", "anchored", "firm"];

    private readonly List<SignedTransaction> _sent = [];
    private SeqctlRunner _seqctl = null!;
    private ScriptedNode _node = null!;
    private string[] _steps = s_allSteps;
    private NamespaceResponse _record = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _sent.Clear();
        _steps = s_allSteps;
        _record = new NamespaceResponse
        {
            Id = $"{NamespaceId.OfName("notes")}",
            Name = "notes",
            Owner = $"{s_owner}",
            Writers = [$"{s_owner}"],
            FeeRecipient = $"{s_owner}",
            SurchargePerByte = "5",
            FeePerByte = "0",
            MaxBytesPerBlock = 1000,
            DataMode = "commitment",
            Deposit = "3000000",
            Head = new NamespaceHeadResponse(0, 0, new string('0', 64)),
        };
        _node = await ScriptedNode.StartAsync(AnswerAsync);
        _seqctl = new SeqctlRunner { Node = _node.Address };
        _ = await _seqctl.RunAsync("key", "new", "alice");
    }

    [TearDown]
    public async Task StopAsync()
    {
        _seqctl.Dispose();
        await _node.DisposeAsync();
    }

    [TestCase("--text", "hello", "68656c6c6f")]
    [TestCase("--hex", "0x00FF", "00ff")]
    [TestCase("--hex", "c0ffee", "c0ffee")]
    public async Task A_payload_is_sent_as_it_was_given(string option, string value, string hex)
    {
        var result = await _seqctl.RunAsync("submit", "notes", option, value);

        Assert.That((result.Exit, result.Error), Is.EqualTo((0, "")));
        var action = (SubmitData)_sent.Single().Body.Actions.Single();
        Assert.That((action.Namespace, Convert.ToHexStringLower(action.Payload.Span)), Is.EqualTo((NamespaceId.OfName("notes"), hex)));
        Assert.That(_sent[0].HasValidSignature(), Is.True);
        Assert.That(result.Out, Does.Contain($"{_sent[0].Id}").And.Contain("received").And.Not.Contain("final"));
    }

    [Test]
    public async Task A_file_is_sent_whole_and_one_that_is_too_large_or_missing_exits_1()
    {
        var content = TestBlock.RandomBytes(new Random(1), 5000);
        await File.WriteAllBytesAsync(_seqctl.File("payload"), content);
        await File.WriteAllBytesAsync(_seqctl.File("large"), new byte[600_000]);
        await File.WriteAllBytesAsync(_seqctl.File("edge"), new byte[512 * 1024]);

        Assert.That((await _seqctl.RunAsync("submit", "notes", "--file", _seqctl.File("payload"))).Exit, Is.Zero);
        var large = await _seqctl.RunAsync("submit", "notes", "--file", _seqctl.File("large"));
        var edge = await _seqctl.RunAsync("submit", "notes", "--file", _seqctl.File("edge"));
        var missing = await _seqctl.RunAsync("submit", "notes", "--file", _seqctl.File("missing"));

        Assert.That(((SubmitData)_sent.Single().Body.Actions.Single()).Payload.ToArray(), Is.EqualTo(content));
        Assert.That((large.Exit, edge.Exit, missing.Exit), Is.EqualTo((1, 1, 1)));
        Assert.That(large.Error, Does.Contain("524288"));
        Assert.That(edge.Error, Does.Contain("524288"));
    }

    [Test]
    public async Task Each_step_of_the_ladder_is_printed_with_its_time_until_the_one_to_wait_for()
    {
        var text = await _seqctl.RunAsync("submit", "notes", "--text", "a", "--wait", "anchored");
        var json = await _seqctl.RunAsync("submit", "notes", "--text", "b", "--wait", "firm", "--output", "json");

        Assert.That(text.Exit, Is.Zero, text.Error);
        Assert.That(text.Lines.Skip(1).Select(line => line.Split(' ')[0]), Is.EqualTo((string[])["received", "final", "anchored"]));
        Assert.That(text.Lines.Skip(1), Is.All.Match(@"\d+\.\d{3} s"));
        using var document = JsonDocument.Parse(json.Out);
        Assert.That(document.RootElement.GetProperty("status").GetString(), Is.EqualTo("firm"));
        Assert.That(document.RootElement.GetProperty("height").GetInt64(), Is.EqualTo(12));
        Assert.That(
            document.RootElement.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("status").GetString()), Is.EqualTo(s_allSteps));
    }

    [TestCase("text")]
    [TestCase("json")]
    public async Task A_transaction_that_ends_otherwise_exits_1_with_the_reason(string output)
    {
        _steps = ["received", "expired"];

        var ended = await _seqctl.RunAsync("submit", "notes", "--text", "a", "--wait", "final", "--output", output);

        Assert.That(ended.Exit, Is.EqualTo(1));
        Assert.That(ended.Error, Does.Contain("is expired: Because."));
        if (output == "json")
        {
            using var document = JsonDocument.Parse(ended.Out);
            Assert.That(document.RootElement.GetProperty("reason").GetProperty("code").GetString(), Is.EqualTo("because"));
        }
    }

    [Test]
    public async Task Waiting_too_long_exits_1_and_says_how_to_go_on()
    {
        _steps = ["received"];

        var late = await _seqctl.RunAsync("submit", "notes", "--text", "a", "--wait", "final", "--timeout", "1");

        Assert.That(late.Exit, Is.EqualTo(1));
        Assert.That(late.Error, Does.Contain("is received, not final, after 1 s").And.Contain($"seqctl tx watch {_sent[0].Id}"));
    }

    [Test]
    public async Task A_transfer_goes_to_an_address_or_a_keys_name_and_waits_until_it_is_final()
    {
        _ = await _seqctl.RunAsync("key", "new", "bob");

        var result = await _seqctl.RunAsync("transfer", "bob", "1.5SEQ", "--key", "alice", "--tip", "7", "--max-fee", "20");
        _ = await _seqctl.RunAsync("transfer", $"{s_owner}", "3", "--key", "bob");

        Assert.That(result.Exit, Is.Zero, result.Error);
        Assert.That(result.Out, Does.Contain("1.5 SEQ (1500000 useq)").And.Contain("final").And.Not.Contain("anchored"));
        Assert.That(((Transfer)_sent[0].Body.Actions.Single()).Amount, Is.EqualTo(1_500_000));
        Assert.That((_sent[0].Body.TipPerByte, _sent[0].Body.MaxFeePerByte), Is.EqualTo((7ul, 20ul)));
        Assert.That(((Transfer)_sent[1].Body.Actions.Single()).Recipient, Is.EqualTo(s_owner));
        Assert.That(_sent[1].Sender, Is.EqualTo(((Transfer)_sent[0].Body.Actions.Single()).Recipient));
    }

    [Test]
    public async Task A_namespace_is_registered_with_the_settings_that_were_given()
    {
        var result = await _seqctl.RunAsync(
            "namespace", "register", "alpha", "--writer", "alice", "--writer", $"{s_owner}", "--writer", "alice", "--surcharge", "2",
            "--max-bytes-per-block", "5000", "--data-mode", "commitment", "--deposit", "10SEQ", "--fee-recipient", $"{s_owner}");
        _ = await _seqctl.RunAsync("namespace", "register", "beta");

        Assert.That(result.Exit, Is.Zero, result.Error);
        var alpha = (RegisterNamespace)_sent[0].Body.Actions.Single();
        Assert.That((alpha.Name, alpha.Deposit), Is.EqualTo(("alpha", 10_000_000ul)));
        Assert.That(alpha.Settings.Writers, Is.EquivalentTo((AccountId[])[_sent[0].Sender, s_owner]));
        Assert.That(
            (alpha.Settings.SurchargePerByte, alpha.Settings.MaxBytesPerBlock, alpha.Settings.DataMode, alpha.Settings.FeeRecipient),
            Is.EqualTo((2ul, 5000ul, DataMode.Commitment, (AccountId?)s_owner)));
        var beta = (RegisterNamespace)_sent[1].Body.Actions.Single();
        Assert.That((beta.Deposit, beta.Settings), Is.EqualTo((1_000_000ul, new NamespaceSettings())));
    }

    [Test]
    public async Task An_update_keeps_what_is_not_given()
    {
        var one = await _seqctl.RunAsync("namespace", "update", "notes", "--surcharge", "9");
        var two = await _seqctl.RunAsync("namespace", "update", _record.Id, "--open", "--owner", "alice", "--deposit", "1", "--data-mode", "full");

        Assert.That((one.Exit, two.Exit), Is.EqualTo((0, 0)), one.Error + two.Error);
        var first = (UpdateNamespace)_sent[0].Body.Actions.Single();
        Assert.That(first.Settings.Writers, Is.EqualTo((AccountId[])[s_owner]));
        Assert.That(
            (first.Settings.SurchargePerByte, first.Settings.MaxBytesPerBlock, first.Settings.DataMode, first.Settings.FeeRecipient, first.Deposit, first.NewOwner),
            Is.EqualTo((9ul, 1000ul, DataMode.Commitment, (AccountId?)null, 3_000_000ul, (AccountId?)null)));
        var second = (UpdateNamespace)_sent[1].Body.Actions.Single();
        Assert.That(
            (second.Settings.Writers, second.Settings.SurchargePerByte, second.Settings.DataMode, second.Deposit, second.NewOwner),
            Is.EqualTo(((IReadOnlyList<AccountId>?)null, 5ul, DataMode.Full, 1ul, (AccountId?)_sent[1].Sender)));
    }

    [Test]
    public async Task Accounts_namespaces_status_and_transactions_are_shown_in_both_forms()
    {
        foreach (var (line, expected) in ((string, string)[])[
            ("account show", "2.5 SEQ (2500000 useq)"), ("namespace show notes", "0.000005 SEQ (5 useq) for each byte"),
            ("namespace list", "notes"), ("status", "test-1"), ($"tx show {new string('1', 64)}", "received")])
        {
            var text = await _seqctl.RunAsync(line.Split(' '));
            var json = await _seqctl.RunAsync([.. line.Split(' '), "--output", "json"]);
            Assert.That((text.Exit, json.Exit), Is.EqualTo((0, 0)), text.Error + json.Error);
            Assert.That(text.Out, Does.Contain(expected));
            Assert.That(json.Lines, Has.Length.EqualTo(1));
            Assert.That(() => JsonDocument.Parse(json.Out).Dispose(), Throws.Nothing);
        }
    }

    [Test]
    public async Task Watching_prints_a_line_for_each_step()
    {
        var id = new string('1', 64);
        var text = await _seqctl.RunAsync("tx", "watch", id);
        var json = await _seqctl.RunAsync("tx", "watch", id, "--until", "final", "--output", "json");
        _steps = ["received", "evicted"];
        var evicted = await _seqctl.RunAsync("tx", "watch", id);

        Assert.That(text.Lines.Select(l => l.Split(' ')[0]), Is.EqualTo(s_allSteps));
        Assert.That(json.Lines.Select(l => JsonSerializer.Deserialize(l, ApiJson.Default.TransactionStatusResponse)!.Status), Is.EqualTo(s_allSteps[..2]));
        Assert.That((text.Exit, json.Exit, evicted.Exit), Is.EqualTo((0, 0, 1)));
    }

    [Test]
    public async Task Following_prints_slices_from_the_next_new_one_or_a_number()
    {
        _record = _record with { Head = new NamespaceHeadResponse(4, 40, new string('0', 64)) };

        var fresh = await _seqctl.RunAsync("slice", "follow", "notes", "--count", "2", "--output", "json");
        var past = await _seqctl.RunAsync("slice", "follow", "notes", "--from", "2", "--count", "1");

        Assert.That(fresh.Lines.Select(l => JsonSerializer.Deserialize(l, ApiJson.Default.SliceResponse)!.Number), Is.EqualTo((ulong?[])[5, 6]));
        Assert.That(past.Out, Does.StartWith("slice 2 of").And.Contain("\"note\""));
        Assert.That((fresh.Exit, past.Exit), Is.EqualTo((0, 0)), fresh.Error + past.Error);
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value!.Split('/')[2..] switch
    {
        ["transactions"] => TakeAsync(context),
        ["transactions", var id] => ScriptedNode.WriteAsync(context, Step(id, _steps[0]), ApiJson.Default.TransactionStatusResponse),
        ["transactions", var id, "events"] => ClimbAsync(context, id),
        ["status"] => ScriptedNode.WriteAsync(context, ScriptedNode.Status(), ApiJson.Default.StatusResponse),
        ["fees"] => ScriptedNode.WriteAsync(context, new FeesResponse("3", "2", 10), ApiJson.Default.FeesResponse),
        ["namespaces"] => ScriptedNode.WriteAsync(context, new NamespaceListResponse([_record]), ApiJson.Default.NamespaceListResponse),
        ["namespaces", _] => ScriptedNode.WriteAsync(context, _record, ApiJson.Default.NamespaceResponse),
        ["namespaces", _, "slices", "stream"] => StreamAsync(context),
        ["accounts", var address] => ScriptedNode.WriteAsync(
            context,
            new AccountResponse { Address = address, Balance = "2500000", Nonce = 0, PendingNonce = (ulong)_sent.Count, Height = 10 },
            ApiJson.Default.AccountResponse),
        _ => ScriptedNode.RefuseAsync(context, 404, "not_found", "Not scripted."),
    };

    private async Task TakeAsync(HttpContext context)
    {
        Assert.That(SignedTransaction.TryDecode(await ScriptedNode.BodyAsync(context), out var transaction, out var error), Is.True, error);
        _sent.Add(transaction);
        await ScriptedNode.WriteAsync(
            context, new SubmitTransactionResponse($"{transaction.Id}", "received"), ApiJson.Default.SubmitTransactionResponse);
    }

    private async Task ClimbAsync(HttpContext context, string id)
    {
        foreach (var step in _steps)
            await ScriptedNode.SendAsync(context, "status", null, Step(id, step), ApiJson.Default.TransactionStatusResponse);
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    private static TransactionStatusResponse Step(string id, string step) => new(id, step)
    {
        Height = step == "received" ? null : 12,
        Index = step == "received" ? null : 1,
        Reason = step is "expired" or "evicted" ? new TransactionReason("because", "Because.") : null,
        Anchor = step is "anchored" or "firm"
            ? new AnchorSummary { Height = 12, Txid = new string('c', 64), BitcoinBlockHash = new string('d', 64), BitcoinHeight = 100, Confirmations = 1, Firm = step == "firm" }
            : null,
    };

    private static async Task StreamAsync(HttpContext context)
    {
        for (var number = ulong.Parse(context.Request.Query["from"]!); !context.RequestAborted.IsCancellationRequested && number < 100; number++)
        {
            var slice = new SliceResponse
            {
                Namespace = $"{NamespaceId.OfName("notes")}",
                Height = (long)number * 10,
                Time = DateTimeOffset.UnixEpoch,
                BlockHash = new string('a', 64),
                Number = number,
                Entries = [new EntryResponse(1, 0, $"{s_owner}", [.. "note"u8])],
            };
            await ScriptedNode.SendAsync(context, "slice", $"{number}", slice, ApiJson.Default.SliceResponse);
        }
    }
}
