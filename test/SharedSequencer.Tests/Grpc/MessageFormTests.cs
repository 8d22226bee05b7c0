using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Node.Grpc;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Grpc;

/// <summary>Contracts that a young chain has no examples of are the same as messages: those of anchors and of ends.</summary>
internal sealed class MessageFormTests
{
    private static readonly string s_id = Hash256.Of("id"u8).ToString();

    private static readonly AnchorSummary s_anchor = new()
    {
        Height = 77,
        Txid = Hash256.Of("txid"u8).ToString(),
        BitcoinBlockHash = Hash256.Of("block"u8).ToString(),
        BitcoinHeight = 900_000,
        Confirmations = 3,
        Firm = true,
    };

    private static readonly string[] s_statuses =
    [
        TransactionStatuses.Received, TransactionStatuses.WaitingForNonce, TransactionStatuses.Final, TransactionStatuses.Anchored, TransactionStatuses.Firm,
        TransactionStatuses.Rejected, TransactionStatuses.Expired, TransactionStatuses.Replaced, TransactionStatuses.Evicted,
    ];

    [Test]
    public void An_anchor_with_its_evidence()
    {
        var anchor = new AnchorResponse(
            s_anchor, new AnchorEvidence(77, "0102", 5, [s_id, s_anchor.Txid], "03", [s_id], 900_000, ["ff00", "00ff"]));

        AssertSame(anchor, ApiJson.Default.AnchorResponse, TransactionMessages.Of(anchor));
    }

    [TestCaseSource(nameof(s_statuses))]
    public void Every_step_and_end_of_a_transaction(string status)
    {
        var bare = new TransactionStatusResponse(s_id, status) { Reason = new TransactionReason("nonce_gap", "An earlier one is missing.") };
        var full = bare with { Height = 5, Index = 0, Time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero), Anchor = s_anchor };

        AssertSame(bare, ApiJson.Default.TransactionStatusResponse, TransactionMessages.Of(bare));
        AssertSame(full, ApiJson.Default.TransactionStatusResponse, TransactionMessages.Of(full));
    }

    [Test]
    public void A_refused_transaction_of_a_batch()
    {
        var refused = new SubmitTransactionResponse(s_id, TransactionStatuses.Rejected) { Reason = new TransactionReason("malformed", "It is cut.") };

        AssertSame(refused, ApiJson.Default.SubmitTransactionResponse, TransactionMessages.Of(refused));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_namespace_with_and_without_a_list_of_writers(bool restricted)
    {
        var account = AccountId.From(Hash256.Of("account"u8).Span).ToString();
        var space = new NamespaceResponse
        {
            Id = "0123456789abcdef",
            Name = "rollup",
            Owner = account,
            Writers = restricted ? [account] : null,
            FeeRecipient = account,
            SurchargePerByte = "18446744073709551615",
            FeePerByte = "2",
            MaxBytesPerBlock = 3,
            DataMode = restricted ? "full" : "commitment",
            Deposit = "4",
            Head = new NamespaceHeadResponse(5, 6, s_id),
        };

        var message = ChainMessages.Of(space);

        Assert.That(message.Restricted, Is.EqualTo(restricted));
        Assert.That(message.SurchargePerByte, Is.EqualTo(ulong.MaxValue));
        AssertSame(space with { SurchargePerByte = "0" }, ApiJson.Default.NamespaceResponse, ChainMessages.Of(space with { SurchargePerByte = "0" }));
    }

    [Test]
    public void The_comparison_sees_a_difference()
    {
        var status = new TransactionStatusResponse(s_id, TransactionStatuses.Final) { Height = 5, Index = 1 };
        var message = TransactionMessages.Of(status);

        Assert.That(SameForm.Differences(JsonOf(status with { Height = 6 }, ApiJson.Default.TransactionStatusResponse), message), Has.Count.EqualTo(1));
        Assert.That(SameForm.Differences(JsonOf(status with { Status = "firm" }, ApiJson.Default.TransactionStatusResponse), message), Has.Count.EqualTo(1));
        Assert.That(SameForm.Differences(JsonOf(status with { Index = null }, ApiJson.Default.TransactionStatusResponse), message), Has.Count.EqualTo(1));
        Assert.That(SameForm.Differences(JsonOf(status with { Id = s_anchor.Txid }, ApiJson.Default.TransactionStatusResponse), message), Has.Count.EqualTo(1));
    }

    private static JsonNode JsonOf<T>(T contract, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(contract, type)!;

    private static void AssertSame<T>(T contract, JsonTypeInfo<T> type, IMessage message) =>
        Assert.That(SameForm.Differences(JsonOf(contract, type), message), Is.Empty);
}
