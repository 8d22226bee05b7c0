using NUnit.Framework;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.CometBft;

[TestFixture]
public sealed class HeaderHashTests
{
    [Test]
    public void The_recorded_run_has_what_the_tests_rely_on()
    {
        var signatures = RecordedRun.Heights.SelectMany(height => height.Commit.SignedHeader.Commit.Signatures).ToArray();
        Assert.That(RecordedRun.Heights, Has.Length.EqualTo(29));
        Assert.That(signatures.Count(signature => signature.BlockIdFlag == BlockIdFlag.Absent), Is.GreaterThan(0));
        Assert.That(signatures.Count(signature => signature.BlockIdFlag == BlockIdFlag.Nil), Is.GreaterThan(0));
        Assert.That(RecordedRun.Heights.Any(height => height.Commit.SignedHeader.Commit.Round > 0));
        Assert.That(RecordedRun.Heights.Any(height => height.Block.Transactions.Length > 1));
        Assert.That(RecordedRun.Heights.Select(height => height.Validators.Hash()).Distinct().Count(), Is.GreaterThan(1));
    }

    [Test]
    public void Every_header_hashes_to_its_own_block_id()
    {
        foreach (var height in RecordedRun.Heights)
        {
            Assert.That(height.Block.Header.Hash(), Is.EqualTo(height.Block.BlockId.Hash));
            Assert.That(height.Commit.SignedHeader.Fault(), Is.Null);
            Assert.That(height.Commit.SignedHeader.Header, Is.EqualTo(height.Block.Header));
        }
    }

    [Test]
    public void Every_block_has_the_part_set_of_its_block_id()
    {
        foreach (var height in RecordedRun.Heights)
        {
            var block = new Block(height.Block.Header, height.Block.Transactions, [], height.Block.LastCommit);
            Assert.That(height.Block.EvidenceJson, Is.Empty);
            Assert.That(block.Id(), Is.EqualTo(height.Block.BlockId));
        }
    }

    [Test]
    public void Every_hash_inside_a_header_is_recomputed()
    {
        using var document = JsonField.Parse(System.Text.Encoding.UTF8.GetBytes(
            RecordedRun.Json.GetProperty("consensus_params").GetProperty("consensus_params").GetRawText()));
        var parameters = CometJsonReader.ConsensusParams(new JsonField(document.RootElement, "consensus_params"));
        RecordedRun.Height? previous = null;
        foreach (var height in RecordedRun.Heights)
        {
            var header = height.Block.Header;
            Assert.That(TransactionList.Hash(height.Block.Transactions), Is.EqualTo(header.DataHash));
            Assert.That(height.Block.LastCommit.Hash(), Is.EqualTo(header.LastCommitHash));
            Assert.That(height.Validators.Hash(), Is.EqualTo(header.ValidatorsHash));
            Assert.That(parameters.Hash(), Is.EqualTo(header.ConsensusHash));
            Assert.That(EvidenceList.EmptyHash, Is.EqualTo(header.EvidenceHash));
            Assert.That(height.Block.Fault(), Is.Null);
            Assert.That(height.LightBlock.Fault(), Is.Null);
            Assert.That(height.LightBlock.HasQuorum);
            if (previous is not null)
            {
                Assert.That(previous.Results.Hash(), Is.EqualTo(header.LastResultsHash));
                Assert.That(previous.Results.AppHash, Is.EqualTo(header.AppHash));
                Assert.That(previous.Block.BlockId, Is.EqualTo(header.LastBlockId));
                Assert.That(height.Validators.Hash(), Is.EqualTo(previous.Block.Header.NextValidatorsHash));
                Assert.That(previous.Commit.SignedHeader.Commit, Is.EqualTo(height.Block.LastCommit));
            }

            previous = height;
        }
    }

    [Test]
    public void A_transaction_proof_of_the_rpc_verifies_under_the_header()
    {
        var proven = 0;
        foreach (var json in RecordedRun.Json.GetProperty("tx").EnumerateArray())
        {
            var answer = TransactionAnswer.Read(new JsonField(json, "tx"));
            var block = RecordedRun.Heights.Single(height => height.Block.Header.Height == answer.Height).Block;
            Assert.That(Hash256.Of(answer.Transaction.Span), Is.EqualTo(answer.Hash));
            Assert.That(answer.IsProvenUnder(block.Header.DataHash!.Value));
            Assert.That((answer with { Index = answer.Index + 1 }).IsProvenUnder(block.Header.DataHash!.Value), Is.False);
            Assert.That(TransactionList.Tree(block.Transactions).ProveInclusion((int)answer.Index).ToProtobuf(), Is.EqualTo(answer.Proof!.ToProtobuf()));
            proven++;
        }

        Assert.That(proven, Is.EqualTo(8));
    }

    [Test]
    public void Any_changed_field_changes_the_hash()
    {
        var header = RecordedRun.Heights[13].Block.Header;
        var other = Hash256.Of("other"u8);
        Header[] changed =
        [
            header with { Version = header.Version with { App = header.Version.App + 1 } },
            header with { Version = header.Version with { Block = 10 } },
            header with { ChainId = header.ChainId + "x" },
            header with { Height = header.Height + 1 },
            header with { Time = header.Time with { Nanos = header.Time.Nanos ^ 1 } },
            header with { LastBlockId = header.LastBlockId with { Hash = other } },
            header with { LastBlockId = header.LastBlockId with { Parts = header.LastBlockId.Parts with { Total = 2 } } },
            header with { LastCommitHash = other },
            header with { DataHash = other },
            header with { ValidatorsHash = other },
            header with { NextValidatorsHash = other },
            header with { ConsensusHash = other },
            header with { AppHash = HexBytes.From([1]) },
            header with { AppHash = HexBytes.Empty },
            header with { LastResultsHash = null },
            header with { EvidenceHash = other },
            header with { ProposerAddress = ValidatorAddress.From(new byte[20]) },
        ];
        Assert.That(changed.Select(item => item.Hash()).Append(header.Hash()).Distinct().Count(), Is.EqualTo(changed.Length + 1));
    }
}
