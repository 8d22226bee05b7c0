using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Pool;

namespace SharedSequencer.Tests.Gateway;

public sealed class PendingPoolTests
{
    private static readonly RpcError s_failure = RpcError.Refused("no room");

    [Test]
    public void Consecutive_nonces_are_admitted_and_count_as_pending()
    {
        var pool = Pool();
        for (var nonce = 5UL; nonce < 8; nonce++)
            Admit(pool, 0, nonce, executed: 5);

        Assert.That(pool.NextNonce(SignedTransfers.Address(0), 5), Is.EqualTo(8));
        Assert.That(pool.NextNonce(SignedTransfers.Address(0), 7), Is.EqualTo(8), "The executor has come on since.");
        Assert.That(pool.NextNonce(SignedTransfers.Address(1), 5), Is.EqualTo(5), "Another account.");
        Assert.That(Drain(pool).Select(p => p.Transaction.Nonce), Is.EqualTo(new[] { 5UL, 6UL, 7UL }));
    }

    [Test]
    public void A_used_nonce_a_repeat_and_a_replacement_are_told_apart()
    {
        var pool = Pool();
        var held = Admit(pool, 0, 5, executed: 5);

        Assert.That(Refusal(pool, SignedTransfers.Transfer(0, 4)), Does.StartWith("nonce too low: next nonce 6, tx nonce 4"));
        Assert.That(Refusal(pool, held.Transaction), Is.EqualTo("already known"));
        Assert.That(Refusal(pool, SignedTransfers.Transfer(0, 5, value: 2)), Does.StartWith("replacement transaction underpriced"));

        pool.MarkFinal(held.Transaction, 1);
        Assert.That(Refusal(pool, SignedTransfers.Transfer(0, 5, value: 2)), Does.StartWith("nonce too low"), "What is final is past.");
    }

    [Test]
    public async Task A_gap_waits_until_its_predecessor_is_there()
    {
        var pool = Pool();
        var second = pool.TryAdmitNow(SignedTransfers.Transfer(0, 6), SignedTransfers.Rich(5));
        Assert.That((second.Admitted, second.Refused), Is.EqualTo(((PendingTransaction?)null, (RpcError?)null)));
        Assert.That(second.PredecessorMissing!.IsCompleted, Is.False);

        Admit(pool, 0, 5, executed: 5);
        await second.PredecessorMissing.WaitAsync(TimeSpan.FromSeconds(10));
        pool.StopWaiting(SignedTransfers.Address(0));
        Admit(pool, 0, 6, executed: 5);
    }

    [Test]
    public void Attempts_that_wait_are_bounded()
    {
        var pool = Pool();
        var waiting = Enumerable.Range(1, 200).Count(i =>
            pool.TryAdmitNow(SignedTransfers.Transfer(0, (ulong)i), SignedTransfers.Rich(0)).PredecessorMissing is not null);
        Assert.That(waiting, Is.EqualTo(64));
        Assert.That(Refusal(pool, SignedTransfers.Transfer(0, 1), executed: 0), Does.StartWith("nonce too high: address 0x").And.EndsWith("tx: 1 state: 0"));
        Assert.That(Refusal(pool, SignedTransfers.Transfer(1, ulong.MaxValue - 1), executed: 0), Does.StartWith("nonce too high"), "So far ahead that waiting makes no sense.");
    }

    [Test]
    public void The_balance_must_cover_all_that_is_in_flight()
    {
        var pool = Pool();
        var cost = SignedTransfers.Transfer(0, 0).MaxCost;
        var account = new EvmAccount(0, (cost * 2) + 1);
        Assert.That(pool.TryAdmitNow(SignedTransfers.Transfer(0, 0), account).Admitted, Is.Not.Null);
        Assert.That(pool.TryAdmitNow(SignedTransfers.Transfer(0, 1), account).Admitted, Is.Not.Null);

        var third = pool.TryAdmitNow(SignedTransfers.Transfer(0, 2), account);
        Assert.That(third.Refused?.Message, Is.EqualTo(
            $"insufficient funds for gas * price + value: balance {(cost * 2) + 1}, tx cost {cost * 3}, overshot {cost - 1}"));
        Assert.That(
            pool.TryAdmitNow(SignedTransfers.Transfer(0, 2), account with { Nonce = 1 }).Admitted, Is.Not.Null,
            "What is executed is paid: it counts no longer.");
    }

    [Test]
    public void A_failed_submission_releases_its_transactions_and_those_that_cannot_run_without_them()
    {
        var pool = Pool();
        var sent = new[] { Admit(pool, 0, 0), Admit(pool, 1, 0), Admit(pool, 0, 1) };
        var behind = Admit(pool, 0, 2);
        var other = Admit(pool, 2, 0);

        var released = pool.Release(sent, s_failure);

        Assert.That(released, Is.EquivalentTo(sent.Append(behind)));
        Assert.That(sent.Select(p => p.Submitted.Result?.Message), Is.All.EqualTo("no room"));
        Assert.That(behind.Submitted.Result?.Message, Is.EqualTo("an earlier transaction of this account was not taken: no room"));
        Assert.That(other.Submitted.IsCompleted, Is.False);
        Assert.That(pool.Count, Is.EqualTo(1));
        Assert.That(Drain(pool).Where(p => p.Stage == PendingStage.Queued), Is.EqualTo(new[] { other }));
        Admit(pool, 0, 0);
    }

    [Test]
    public void A_submission_that_dies_on_the_node_leaves_later_submissions_and_what_is_final()
    {
        var pool = Pool();
        var (first, second, third) = (Admit(pool, 0, 0), Admit(pool, 0, 1), Admit(pool, 0, 2));
        pool.MarkSubmitted([first, second]);
        pool.MarkSubmitted([third]);
        pool.MarkFinal(first.Transaction, 7);

        Assert.That(pool.Release([first, second], s_failure), Is.EqualTo(new[] { second }));
        Assert.That(pool.NextNonce(SignedTransfers.Address(0), 0), Is.EqualTo(1), "The released nonce is the next one.");
        Assert.That(pool.Find(third.Hash), Is.SameAs(third));
    }

    [Test]
    public async Task What_a_slice_holds_is_final_and_leaves_when_the_executor_has_passed_it()
    {
        var pool = Pool();
        var held = Admit(pool, 0, 0);
        var foreign = SignedTransfers.Transfer(1, 3);

        Assert.That(pool.MarkFinal(held.Transaction, 7), Is.Null);
        Assert.That(pool.MarkFinal(foreign, 8), Is.Null);
        Assert.That(await held.Submitted, Is.Null, "A slice proves it even before the node's answer is there.");
        Assert.That(pool.NextNonce(SignedTransfers.Address(1), 3), Is.EqualTo(4), "Others' transactions count as in flight.");

        Assert.That(pool.TakeExecuted(6), Is.Empty);
        Assert.That(pool.TakeExecuted(7), Is.EqualTo(new[] { held }));
        Assert.That(pool.TakeExecuted(9).Single().Hash, Is.EqualTo(foreign.Hash));
        Assert.That(pool.Count, Is.Zero);
    }

    [Test]
    public void A_final_transaction_pushes_out_the_one_that_holds_its_nonce()
    {
        var pool = Pool();
        var held = Admit(pool, 0, 0);
        pool.MarkSubmitted([held]);
        var rival = SignedTransfers.Transfer(0, 0, value: 2);

        Assert.That(pool.MarkFinal(rival, 7), Is.SameAs(held));
        Assert.That(pool.Find(held.Hash), Is.Null);
        Assert.That(pool.Find(rival.Hash)?.Stage, Is.EqualTo(PendingStage.Final));
        Assert.That(pool.MarkFinal(SignedTransfers.Transfer(0, 0, value: 3), 8), Is.Null, "The first one in the slices wins.");
        Assert.That(pool.NextNonce(SignedTransfers.Address(0), 0), Is.EqualTo(1));
    }

    [Test]
    public void Count_bytes_and_accounts_are_bounded()
    {
        var pool = Pool(o => o with { MaximumPending = 3, MaximumPendingPerAccount = 2, MaximumPendingBytes = 5000 });
        Admit(pool, 0, 0);
        Admit(pool, 0, 1);
        Assert.That(Refusal(pool, SignedTransfers.Transfer(0, 2), executed: 0), Does.StartWith("account limit exceeded: 2"));
        Assert.That(Refusal(pool, SignedTransfers.Transfer(1, 0, dataBytes: 4800), executed: 0), Does.StartWith("txpool is full"));
        Admit(pool, 1, 0);
        Assert.That(Refusal(pool, SignedTransfers.Transfer(2, 0), executed: 0), Does.StartWith("txpool is full"));

        pool.MarkFinal(pool.Find(SignedTransfers.Transfer(1, 0).Hash)!.Transaction, 1);
        pool.TakeExecuted(1);
        Admit(pool, 2, 0);
    }

    [Test]
    public void A_state_from_before_executed_transactions_left_is_asked_for_again()
    {
        var pool = Pool();
        var held = Admit(pool, 0, 0);
        pool.MarkFinal(held.Transaction, 1);
        var executions = pool.Executions;
        Assert.That(pool.TryNextNonce(SignedTransfers.Address(0), 0, executions, out var next), Is.True);
        Assert.That(next, Is.EqualTo(1));

        // geth's answer, nonce 0, is on its way while the executor passes slice 1.
        pool.TakeExecuted(1);
        Assert.That(pool.TryNextNonce(SignedTransfers.Address(0), 0, executions, out _), Is.False);
        Assert.That(pool.TryAdmit(held.Transaction, SignedTransfers.Rich(0), executions), Is.Null);
        Assert.That(Refusal(pool, held.Transaction, executed: 1), Does.StartWith("nonce too low"));
    }

    [Test]
    public void What_the_executor_passed_while_its_slice_was_read_is_not_in_flight()
    {
        var pool = Pool();
        pool.TakeExecuted(7);
        pool.MarkFinal(SignedTransfers.Transfer(0, 0), 7);
        Assert.That(pool.Count, Is.Zero);
        pool.MarkFinal(SignedTransfers.Transfer(0, 1), 8);
        Assert.That(pool.Count, Is.EqualTo(1));
    }

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public Property In_whatever_order_transactions_arrive_each_account_is_submitted_without_gap_or_repetition() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>().Generator.ListOf(40).ToArbitrary(),
        picks =>
        {
            var pool = Pool();
            foreach (var pick in picks)
                pool.TryAdmitNow(SignedTransfers.Transfer(Mod(pick, 3), (ulong)Mod(pick / 3, 6), value: Mod(pick / 18, 2) + 1), SignedTransfers.Rich(2));
            return Drain(pool)
                .GroupBy(p => p.Transaction.Sender)
                .All(account => account.Select(p => p.Transaction.Nonce).SequenceEqual(Enumerable.Range(2, account.Count()).Select(n => (ulong)n)));
        });

    private static int Mod(int value, int divisor) => ((value % divisor) + divisor) % divisor;

    private static PendingPool Pool(Func<GatewayOptions, GatewayOptions>? change = null)
    {
        var options = TestOptions.Create();
        return new PendingPool(change?.Invoke(options) ?? options);
    }

    private static PendingTransaction Admit(PendingPool pool, int account, ulong nonce, ulong executed = 0)
    {
        var verdict = pool.TryAdmitNow(SignedTransfers.Transfer(account, nonce), SignedTransfers.Rich(executed));
        Assert.That(verdict.Admitted, Is.Not.Null, verdict.Refused?.Message);
        return verdict.Admitted!;
    }

    private static string? Refusal(PendingPool pool, EthereumTransaction transaction, ulong executed = 5) =>
        pool.TryAdmitNow(transaction, SignedTransfers.Rich(executed)).Refused?.Message;

    private static List<PendingTransaction> Drain(PendingPool pool)
    {
        List<PendingTransaction> drained = [];
        while (pool.ToSubmit.TryRead(out var pending))
            drained.Add(pending);
        return drained;
    }
}
