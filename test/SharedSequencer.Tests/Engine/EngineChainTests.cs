using System.Collections.Concurrent;
using NUnit.Framework;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Tests.Engine;

internal sealed class EngineChainTests
{
    [Test]
    public async Task A_transaction_makes_a_block_at_once_which_is_followed_by_its_proof_block_and_then_rest()
    {
        await using var rig = new EngineRig();
        rig.Options = rig.Options with { Heartbeat = TimeSpan.FromHours(1) };
        await rig.StartAsync();
        await rig.UntilHeightAsync(1);

        var answer = await rig.Rpc.BroadcastAsync(rig.Sign(0).Raw);
        Assert.That(answer.Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
        await rig.UntilHeightAsync(3);
        var second = await rig.Rpc.BroadcastAsync(rig.Sign(1).Raw);
        await rig.UntilHeightAsync(5);

        var blocks = await rig.AuditAsync();
        Assert.That(blocks.Select(b => b.Transactions.Length), Is.EqualTo(new[] { 0, 2, 0, 2, 0 }), "preamble and transaction, then the proof");
        Assert.That(blocks[2].Header.AppHash, Is.Not.EqualTo(blocks[1].Header.AppHash));
        Assert.That(((await rig.Rpc.CommitAsync()).Canonical, (await rig.Rpc.CommitAsync(4)).Canonical), Is.EqualTo((false, true)));
        var found = await rig.Rpc.TransactionAsync(second.Hash, prove: true);
        Assert.That((found.Height, found.IsProvenUnder(blocks[3].Header.DataHash!.Value)), Is.EqualTo((4L, true)));
    }

    [Test]
    public async Task While_nothing_happens_there_is_a_heartbeat_that_changes_nothing()
    {
        await using var rig = new EngineRig();
        rig.Options = rig.Options with { Heartbeat = TimeSpan.FromMilliseconds(20) };
        await rig.StartAsync();
        await rig.UntilHeightAsync(6);

        var blocks = await rig.AuditAsync();
        Assert.That(blocks.Skip(1).Select(b => b.Header.AppHash).Distinct().Count(), Is.EqualTo(1));
        Assert.That(blocks.Sum(b => b.Transactions.Length), Is.Zero);
    }

    [Test]
    public async Task Time_moves_on_although_the_clock_stands()
    {
        var genesis = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var rig = new EngineRig(genesis);
        rig.Options = rig.Options with { Time = new ManualTime(genesis.AddDays(-1)) };
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(10);

        var blocks = await rig.AuditAsync();
        for (var i = 1; i < blocks.Count; i++)
            Assert.That(blocks[i].Header.Time, Is.EqualTo(CometTime.From(genesis.AddMilliseconds(i))), "a millisecond each");
    }

    [Test]
    public async Task A_block_of_several_parts_is_cut_as_CometBFT_cuts_it()
    {
        await using var rig = new EngineRig();
        rig.Options = rig.Options with { Heartbeat = TimeSpan.FromHours(1) };
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(1);
        var register = new RegisterNamespace("large", new NamespaceSettings(), 1_000_000);
        await rig.Rpc.BroadcastAsync(rig.Sign(0, register).Raw);
        await rig.Engine.AdvanceAsync(1);
        var data = new SubmitData(NamespaceId.OfName("large"), new byte[200_000]);
        Assert.That((await rig.Rpc.BroadcastAsync(rig.Sign(1, data).Raw)).Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
        await rig.Engine.AdvanceAsync(2);

        var blocks = await rig.AuditAsync();
        Assert.That(blocks[2].BlockId.Parts.Total, Is.EqualTo(4));
    }

    [Test]
    public async Task The_same_bytes_again_are_known_too_large_ones_are_refused_and_a_refused_one_may_come_again()
    {
        await using var rig = new EngineRig();
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(1);
        var transaction = rig.Sign(0).Raw;

        Assert.That((await rig.Rpc.BroadcastAsync(transaction)).Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
        Assert.That((await rig.Rpc.BroadcastAsync(transaction)).Outcome, Is.EqualTo(BroadcastOutcome.AlreadyInCache));
        Assert.That((await rig.Rpc.BroadcastWithoutCheckAsync(transaction)).Outcome, Is.EqualTo(BroadcastOutcome.AlreadyInCache));
        await rig.Engine.AdvanceAsync(1);
        Assert.That((await rig.Rpc.BroadcastAsync(transaction)).Outcome, Is.EqualTo(BroadcastOutcome.AlreadyInCache), "after its block, too");

        var gap = rig.Sign(2).Raw;
        for (var i = 0; i < 2; i++)
            Assert.That((await rig.Rpc.BroadcastAsync(gap)).Outcome, Is.EqualTo(BroadcastOutcome.Refused), "with a code, each time");
        var large = await rig.Rpc.BroadcastAsync(new byte[(512 * 1024) + 1]);
        Assert.That((large.Outcome, large.Log), Is.EqualTo((BroadcastOutcome.TooLarge, "Tx too large. Max size is 524288, but got 524289")));
    }

    [Test]
    public async Task What_the_application_does_not_want_any_more_leaves_the_mempool_with_the_next_block()
    {
        await using var rig = new EngineRig();
        rig.Options = rig.Options with { MempoolCount = 1 };
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(1);
        Assert.That((await rig.Rpc.BroadcastAsync(rig.Sign(0).Raw)).Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
        Assert.That((await rig.Rpc.BroadcastAsync(rig.Sign(1).Raw)).Outcome, Is.EqualTo(BroadcastOutcome.MempoolFull));

        await rig.Engine.AdvanceAsync(1);

        Assert.That((await rig.Rpc.BroadcastAsync(rig.Sign(1).Raw)).Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
    }

    [Test]
    public async Task What_was_replaced_in_the_applications_pool_is_refused_by_recheck_and_the_chain_can_rest()
    {
        await using var rig = new EngineRig();
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(1);
        Assert.That((await rig.Rpc.BroadcastAsync(rig.Sign(0).Raw)).Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
        Assert.That((await rig.Rpc.BroadcastAsync(rig.SignWithTip(5, 0).Raw)).Outcome, Is.EqualTo(BroadcastOutcome.Accepted), "pays more");
        Assert.That(rig.Engine.MempoolCount, Is.EqualTo(2));

        await rig.Engine.AdvanceAsync(1);

        Assert.That(rig.Engine.MempoolCount, Is.Zero);
    }

    [Test]
    public async Task Two_replicas_on_the_same_clock_make_the_same_chain()
    {
        var genesis = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        List<List<BlockAnswer>> chains = [];
        byte[]? key = null;
        byte[]? document = null;
        SignedTransaction[]? transactions = null;
        for (var i = 0; i < 2; i++)
        {
            await using var rig = new EngineRig(genesis);
            key ??= await File.ReadAllBytesAsync(rig.Home.KeyFile);
            document ??= await File.ReadAllBytesAsync(rig.Home.GenesisFile);
            await File.WriteAllBytesAsync(rig.Home.KeyFile, key);
            await File.WriteAllBytesAsync(rig.Home.GenesisFile, document);
            var clock = new ManualTime(genesis);
            rig.Options = rig.Options with { Time = clock };
            await rig.StartAsync(run: false);

            // Signatures are random: both get the same.
            transactions ??= [.. Enumerable.Range(0, 5).Select(nonce => rig.Sign((ulong)nonce))];
            foreach (var transaction in transactions)
            {
                await rig.Rpc.BroadcastAsync(transaction.Raw);
                clock.Advance(TimeSpan.FromSeconds(1));
                await rig.Engine.AdvanceAsync(2);
            }

            chains.Add(await rig.AuditAsync());
        }

        Assert.That(chains[0], Has.Count.EqualTo(10));
        Assert.That(chains[0].Sum(b => b.Transactions.Length), Is.EqualTo(10));
        Assert.That(chains[0].Select(b => b.BlockId), Is.EqualTo(chains[1].Select(b => b.BlockId)));
    }

    [Test]
    public async Task Subscribers_hear_of_each_block_and_of_each_transaction()
    {
        await using var rig = new EngineRig();
        await rig.StartAsync();
        using var blocks = await Subscriber.OpenAsync(rig.Engine.RpcAddress, "tm.event = 'NewBlock'");
        using var transactions = await Subscriber.OpenAsync(rig.Engine.RpcAddress, "tm.event = 'Tx' AND tx.height > 0");

        var answer = await rig.Rpc.BroadcastAsync(rig.Sign(0).Raw);
        var first = await blocks.NextAsync();
        var second = await blocks.NextAsync();
        Assert.That(Height(second), Is.EqualTo(Height(first) + 1), "none is left out");
        while (true)
        {
            var item = (await transactions.NextAsync()).GetProperty("result");
            if (item.GetProperty("events").GetProperty("tx.hash")[0].GetString() != Convert.ToHexString(answer.Hash.Span))
                continue;
            var found = await rig.Rpc.TransactionAsync(answer.Hash, prove: false);
            Assert.That(
                item.GetProperty("data").GetProperty("value").GetProperty("TxResult").GetProperty("height").GetString(), Is.EqualTo($"{found.Height}"));
            break;
        }

        static long Height(System.Text.Json.JsonElement item) => long.Parse(
            item.GetProperty("result").GetProperty("data").GetProperty("value").GetProperty("block").GetProperty("header").GetProperty("height").GetString()!,
            System.Globalization.CultureInfo.InvariantCulture);
    }

    [Test]
    public async Task What_the_application_does_not_retain_is_pruned()
    {
        await using var rig = new EngineRig();
        rig.Wrap = application => new ScriptedBlocks(application)
        {
            OnCommit = (request, next) =>
            {
                _ = next(request);
                return new() { RetainHeight = 4 };
            },
        };
        await rig.StartAsync(run: false);
        var answer = await rig.Rpc.BroadcastAsync(rig.Sign(0).Raw);
        await rig.Engine.AdvanceAsync(6);

        Assert.That((await rig.Rpc.StatusAsync()).EarliestHeight, Is.EqualTo(4));
        var pruned = Assert.ThrowsAsync<CometRpcException>(() => rig.Rpc.CommitAsync(3));
        Assert.That(pruned!.Failure, Is.EqualTo(CometRpcFailure.HeightPruned), pruned.Message);
        Assert.That(Assert.ThrowsAsync<CometRpcException>(() => rig.Rpc.TransactionAsync(answer.Hash, false))!.Failure, Is.EqualTo(CometRpcFailure.NotFound));
        _ = await rig.Rpc.CommitAsync(4);
        await rig.StopAsync();
        await rig.StartAsync(run: false);
        Assert.That((await rig.Rpc.StatusAsync()).EarliestHeight, Is.EqualTo(4), "after a restart, too");
    }

    [Test]
    public async Task An_application_that_throws_ends_the_engine_with_its_words()
    {
        await using var rig = new EngineRig();
        rig.Wrap = application => new ScriptedBlocks(application)
        {
            OnFinalize = (request, next) => request.Height == 3 ? throw new InvalidOperationException("the bug that the test put here") : next(request),
        };
        await rig.StartAsync();

        var error = Assert.ThrowsAsync<EngineException>(() => rig.Running.WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.That(error!.Message, Does.Contain("the bug that the test put here"));
        Assert.That((await rig.Fault).Call, Does.Contain("height 3"));
    }

    [Test]
    public async Task A_refused_proposal_is_prepared_again_for_the_next_round()
    {
        await using var rig = new EngineRig();
        var refusals = new ConcurrentBag<long>();
        rig.Wrap = application => new ScriptedBlocks(application)
        {
            OnProcess = (request, next) =>
            {
                if (request.Height != 2 || refusals.Count >= 2)
                    return next(request);
                refusals.Add(request.Height);
                return new() { Status = AbciProto.Abci.ResponseProcessProposal.Types.ProposalStatus.Reject };
            },
        };
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(4);

        var blocks = await rig.AuditAsync();
        Assert.That(blocks.Select(b => b.LastCommit.Round), Is.EqualTo(new[] { 0, 0, 2, 0 }));
    }
}
