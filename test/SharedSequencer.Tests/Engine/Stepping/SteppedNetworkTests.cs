using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Protocol.Transactions;
using Flag = SharedSequencer.AbciProto.Types.BlockIDFlag;

namespace SharedSequencer.Tests.Engine.Stepping;

internal sealed class SteppedNetworkTests
{
    [Test]
    public async Task Whoever_votes_nil_late_or_not_at_all_the_replicas_agree_and_the_commits_hold()
    {
        var random = new Random(20_267);
        List<RequestFinalizeBlock> told = [];
        await using var network = await SteppedNetwork.StartAsync([4, 3, 2, 1], replicas: 3, (i, application) => i > 0 ? application : new ScriptedBlocks(application)
        {
            OnFinalize = (request, next) =>
            {
                told.Add(request);
                return next(request);
            },
        });
        List<SteppedBlock> blocks = [];
        for (var nonce = 0UL; nonce < 40; nonce++)
        {
            if (nonce % 3 == 0)
                await network.SubmitAsync(network.Sign(nonce / 3));
            var ballots = Enumerable.Range(0, 40).Select(_ => (Ballot)random.Next(4)).ToArray();

            // From the third round on all of them vote: a height must end.
            blocks.Add(await network.StepAsync(new StepPlan { Votes = (round, validator) => round < 3 ? ballots[(round * 4) + validator] : Ballot.Commit }));
        }

        for (var i = 0; i < blocks.Count; i++)
        {
            var (block, id, commit) = (blocks[i].Block, blocks[i].Id, blocks[i].Commit);
            Assert.That(Block.FromProto(block.ToProto()).Id(), Is.EqualTo(id));
            for (var v = 0; v < commit.Signatures.Length; v++)
            {
                if (commit.SignBytes(SteppedNetwork.ChainId, v) is { } bytes)
                    Assert.That(network.Keys.Single(key => key.PublicKey.Address == commit.Signatures[v].ValidatorAddress).PublicKey.Verify(bytes, commit.Signatures[v].Signature.Span));
            }

            if (i == 0)
                continue;
            Assert.That(block.Header.Time, Is.GreaterThan(blocks[i - 1].Block.Header.Time));
            Assert.That(told[i].DecidedLastCommit.Round, Is.EqualTo(blocks[i - 1].Commit.Round));
            Assert.That(
                told[i].DecidedLastCommit.Votes.Select(vote => vote.BlockIdFlag),
                Is.EqualTo(blocks[i - 1].Commit.Signatures.Select(signature => (Flag)signature.BlockIdFlag)));
        }

        Assert.That(blocks.Count(b => b.Commit.Round > 0), Is.GreaterThan(5), "rounds above 0");
        var flags = blocks.SelectMany(b => b.Commit.Signatures).Select(s => s.BlockIdFlag).ToHashSet();
        Assert.That(flags, Is.EquivalentTo(Enum.GetValues<BlockIdFlag>()));
        Assert.That(blocks.Sum(b => Math.Max(0, b.Block.Transactions.Length - 1)), Is.EqualTo(14), "each transaction once");
    }

    [Test]
    public async Task A_chosen_proposal_that_is_not_valid_is_refused_by_all_and_the_next_proposer_has_the_block()
    {
        await using var network = await SteppedNetwork.StartAsync([1, 1, 1, 1], replicas: 4);
        var transaction = network.Sign(0);
        await network.SubmitAsync(transaction);

        var block = await network.StepAsync(new StepPlan { Proposal = round => round == 0 ? [transaction.Raw] : null });

        Assert.That(block.Verdicts[0], Is.All.False, "a transaction without its preamble");
        Assert.That(block.Verdicts[1], Is.All.True);
        Assert.That((block.Commit.Round, block.Block.Transactions.Length), Is.EqualTo((1, 2)));
        var after = await network.StepAsync(new StepPlan());
        Assert.That(after.Block.Header.ProposerAddress, Is.EqualTo(block.Block.Header.ProposerAddress), "rounds do not move the turns of heights");
    }

    [Test]
    public async Task A_chosen_proposal_that_is_valid_is_taken_and_what_it_leaves_out_comes_next()
    {
        await using var network = await SteppedNetwork.StartAsync([1, 1, 1, 1], replicas: 4);
        await network.AdvanceAsync(1);
        await network.SubmitAsync(network.Sign(0));

        var chosen = await network.StepAsync(new StepPlan { Proposal = _ => [] });
        var next = await network.StepAsync(new StepPlan());

        Assert.That((chosen.Verdicts.Count, chosen.Verdicts[0], chosen.Block.Transactions.Length), Is.EqualTo((1, new[] { true, true, true, true }, 0)));
        Assert.That(next.Block.Transactions, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Late_votes_decide_an_earlier_rounds_block_although_another_was_judged_meanwhile()
    {
        await using var network = await SteppedNetwork.StartAsync([1, 1, 1, 1], replicas: 4);
        await network.SubmitAsync(network.Sign(0));

        var block = await network.StepAsync(new StepPlan
        {
            Votes = (round, validator) => round == 0 && validator < 2 ? Ballot.Late : Ballot.Commit,
            Proposal = round => round == 1 ? [] : null,
        });

        Assert.That(block.Verdicts, Has.Count.EqualTo(2), "the second round's proposal was judged");
        Assert.That((block.Commit.Round, block.Block.Transactions.Length), Is.EqualTo((0, 2)), "the first round's was decided");
        Assert.That(block.Commit.Signatures.Select(signature => signature.BlockIdFlag), Is.All.EqualTo(BlockIdFlag.Commit));
        Assert.That((await network.StepAsync(new StepPlan())).Block.Transactions, Is.Empty, "the transaction is in the chain once");
    }

    [Test]
    public async Task A_replica_that_computes_something_else_is_found_at_its_block()
    {
        await using var network = await SteppedNetwork.StartAsync([1, 1, 1, 1], replicas: 3, (i, application) => i != 1 ? application : new ScriptedBlocks(application)
        {
            OnFinalize = (request, next) =>
            {
                var response = next(request);
                if (request.Height == 6)
                    response.AppHash = Google.Protobuf.ByteString.CopyFrom([.. response.AppHash.Select(b => (byte)(b ^ 1))]);
                return response;
            },
        });
        await network.AdvanceAsync(5);

        var found = Assert.ThrowsAsync<AssertionException>(() => network.AdvanceAsync(8));

        Assert.That(found!.Message, Does.Contain("the replicas differ at height 6"));
        Assert.That(network.State.LastHeight, Is.EqualTo(5));
    }

    [Test]
    public async Task The_same_script_makes_the_same_chain_on_every_replica()
    {
        SignedTransaction? transaction = null;
        List<BlockId> ids = [];
        for (var run = 0; run < 2; run++)
        {
            await using var network = await SteppedNetwork.StartAsync([4, 3, 2, 1], replicas: 3);

            // Its signature is random.
            await network.SubmitAsync(transaction ??= network.Sign(0));
            await network.AdvanceAsync(8);
            await network.StepAsync(new StepPlan { Votes = (round, validator) => round < 2 ? (Ballot)((round + validator) % 4) : Ballot.Commit });
            await network.AdvanceAsync(8);

            Assert.That(network.State.LastHeight, Is.EqualTo(17));
            Assert.That(network.Applications.Select(application => application.State!.Height), Is.All.EqualTo(17));
            Assert.That(network.Applications.Select(application => HexBytes.From(application.State!.AppHash.Span)), Is.All.EqualTo(network.State.AppHash));
            ids.Add(network.State.LastBlockId);
        }

        Assert.That(ids[1], Is.EqualTo(ids[0]));
    }

    [Test]
    public async Task A_replica_whose_application_refuses_votes_nil_and_the_others_go_on()
    {
        await using var network = await SteppedNetwork.StartAsync([1, 1, 1, 1], replicas: 4, (i, application) => i != 2 ? application : new ScriptedBlocks(application)
        {
            OnProcess = (_, _) => new ResponseProcessProposal { Status = ResponseProcessProposal.Types.ProposalStatus.Reject },
        });

        var block = await network.StepAsync(new StepPlan());

        Assert.That(block.Commit.Round, Is.Zero);
        var refusing = network.Keys[2].PublicKey.Address;
        Assert.That(block.Commit.Signatures.Single(s => s.ValidatorAddress == refusing).BlockIdFlag, Is.EqualTo(BlockIdFlag.Nil));
    }

    [Test]
    public async Task Evidence_is_bound_by_the_header_and_told_to_the_application()
    {
        List<RequestFinalizeBlock> told = [];
        await using var network = await SteppedNetwork.StartAsync([1, 1, 1, 1], replicas: 2, (_, application) => new ScriptedBlocks(application)
        {
            OnFinalize = (request, next) =>
            {
                lock (told)
                    told.Add(request);
                return next(request);
            },
        });
        await network.AdvanceAsync(2);
        var evidence = new DuplicateVote(network.Keys[1], 1, CometTime.From(SteppedNetwork.GenesisTime));
        var leaf = evidence.ToProto(network.State);

        var block = await network.StepAsync(new StepPlan { Evidence = [evidence] });
        await network.AdvanceAsync(1);

        Assert.That(block.Block.Header.EvidenceHash, Is.EqualTo(MerkleHash.Leaf(leaf)));
        Assert.That(Block.FromProto(block.Block.ToProto()).Evidence.Single().ToArray(), Is.EqualTo(DuplicateVote.Wrap(leaf).ToArray()));
        var misbehavior = told.Where(request => request.Height == 3).Select(request => request.Misbehavior.Single()).ToList();
        Assert.That(misbehavior, Has.Count.EqualTo(2));
        Assert.That(misbehavior.Select(one => (one.Height, one.Type)), Is.All.EqualTo((1L, MisbehaviorType.DuplicateVote)));
        Assert.That(misbehavior[0].Validator.Address.ToByteArray(), Is.EqualTo(network.Keys[1].PublicKey.Address.Span.ToArray()));
    }
}
