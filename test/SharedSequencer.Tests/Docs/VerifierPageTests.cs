using NUnit.Framework;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Tests.Docs;

/// <summary>docs/verifier.md is true: its rules make its values, and this project's verifier takes its example.</summary>
internal sealed class VerifierPageTests
{
    private readonly VerifierPage _page = VerifierPage.Load();

    private LightBlock Light => LightBlock.FromProto(_page.Bytes("light_block"));

    private SliceResponse Alpha => Slice(
        "alpha",
        new NamespaceProofResponse(1, 3, [Hex("nmt.node0")]),
        new EntryResponse(1, 0, _page.Text("alice.address"), "hello"u8.ToArray()),
        new EntryResponse(2, 0, _page.Text("bob.address"), "world"u8.ToArray()));

    private SliceResponse Notes => Slice(
        "notes", new NamespaceProofResponse(0, 1, [Hex("nmt.node1"), Hex("nmt.node2")]), new EntryResponse(1, 1, _page.Text("alice.address"), "first note"u8.ToArray()));

    private SliceResponse Quiet => Slice("quiet", new NamespaceProofResponse(1, 2, [Hex("nmt.node0"), Hex("nmt.node2")], Hex("nmt.node1")));

    private SliceResponse Other => Slice("other", new NamespaceProofResponse(0, 0, []));

    [Test]
    public void Every_value_is_what_the_pages_rules_make_of_the_others()
    {
        Assert.That(new PageReader(_page).Recompute(), Is.Empty);
        Assert.That(_page.Names, Has.Count.GreaterThan(100));
        Assert.That(_page.Unread, Is.Empty, "a value that nobody recomputes could be wrong");
    }

    [Test]
    public void A_change_of_any_value_is_seen()
    {
        foreach (var name in _page.Names)
            Assert.That(() => new PageReader(_page.Change(name)).Recompute(), Is.Not.Empty, name);
    }

    [Test]
    public void The_verifier_takes_the_pages_slices_and_refuses_each_under_another_namespace()
    {
        var hash = Light.Header.Hash();
        Assert.That(hash.ToString(), Is.EqualTo(Hex("header.hash")));
        Assert.That((Light.Fault(), Light.HasQuorum), Is.EqualTo(((string?)null, true)));
        foreach (var (name, slice) in new[] { ("alpha", Alpha), ("notes", Notes), ("quiet", Quiet), ("other", Other) })
        {
            Assert.That(SliceVerifier.Verify(slice, Id(name), hash, withCommit: true).Reason, Is.Empty, name);
            foreach (var wrong in new[] { "alpha", "notes", "quiet", "other" }.Where(wrong => wrong != name))
                Assert.That(SliceVerifier.Verify(slice with { Namespace = Id(wrong).ToString() }, Id(wrong), hash).Reason, Is.Not.Empty, $"{name} as {wrong}");
        }
    }

    [Test]
    public void The_verifier_takes_the_pages_head_and_range()
    {
        var next = Light.Header with { Height = 8, AppHash = HexBytes.From(_page.Bytes("app_hash")) };
        var head = new HeadResponse
        {
            Namespace = Hex("alpha.id"),
            Height = 7,
            Head = new NamespaceHeadResponse(3, 7, Hex("log.root")),
            Proof = new HeadProofResponse
            {
                Value = _page.Bytes("alpha.head"),
                StateRoot = Hex("state.root"),
                CommitmentProof = _page.Bytes("alpha.head.proof"),
                BlockHash = next.Hash().ToString(),
            },
        };
        Assert.That(SliceHistoryVerifier.VerifyHead(head, Id("alpha"), next).Reason, Is.Empty);

        var second = Alpha with { Number = 2, Height = 5, Entries = [new EntryResponse(3, 0, _page.Text("alice.address"), "two"u8.ToArray())] };
        var range = new SliceRangeResponse([second, Alpha], 4) { History = new SliceHistoryResponse(head, [Hex("log.hash1")]) };
        Assert.That(SliceHistoryVerifier.VerifyRange(range, Id("alpha"), 2, next).Reason, Is.Empty);
        var third = new SliceRangeResponse([Alpha], 4) { History = new SliceHistoryResponse(head, [Hex("log.node12")]) };
        Assert.That(SliceHistoryVerifier.VerifySlice(third, Id("alpha"), 3, next).Reason, Is.Empty);

        var none = head with
        {
            Namespace = Hex("other.id"),
            Head = new NamespaceHeadResponse(0, 0, new string('0', 64)),
            Proof = head.Proof with { Value = null, CommitmentProof = _page.Bytes("other.head.proof") },
        };
        Assert.That(SliceHistoryVerifier.VerifyHead(none, Id("other"), next).Reason, Is.Empty);
    }

    [Test]
    public void The_pages_transactions_are_such()
    {
        foreach (var (name, sender) in new[] { ("tx1", "alice"), ("tx2", "bob") })
        {
            Assert.That(SignedTransaction.TryDecode(_page.Bytes($"{name}.bytes"), out var transaction, out var error), Is.True, error);
            Assert.That((transaction.HasValidSignature(), transaction.Sender.ToString()), Is.EqualTo((true, _page.Text($"{sender}.address"))));
            Assert.That((transaction.Body.ChainId, transaction.Id.ToString()), Is.EqualTo((_page.Text("chain_id"), Hex($"{name}.id"))));
        }
    }

    private SliceResponse Slice(string name, NamespaceProofResponse proof, params EntryResponse[] entries) => new()
    {
        Namespace = Hex($"{name}.id"),
        Height = 7,
        Time = Light.Header.Time.ToDateTimeOffset(),
        BlockHash = Hex("header.hash"),
        Number = entries.Length > 0 ? 3UL : null,
        Entries = entries,
        Proof = new SliceProofResponse
        {
            LightBlock = _page.Bytes("light_block"),
            Preamble = _page.Bytes("preamble"),
            PreambleProof = new MerkleProofResponse(3, 0, Hex("data.leaf0"), [Hex("data.leaf1"), Hex("data.leaf2")]),
            Namespace = proof,
        },
    };

    private NamespaceId Id(string name) => NamespaceId.OfName(_page.Text($"{name}.name"));

    private string Hex(string name) => Convert.ToHexStringLower(_page.Bytes(name));
}
