using NUnit.Framework;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Chain;

namespace SharedSequencer.Tests.Node;

internal sealed class LimitsTests
{
    [Test]
    public void A_budget_is_never_exceeded_and_comes_back_whole_once()
    {
        var budget = new ByteBudget(100);
        var first = budget.TryTake(60)!;
        Assert.That(budget.TryTake(41), Is.Null);
        using (budget.TryTake(40))
            Assert.That(budget.TryTake(1), Is.Null);
        first.Dispose();
        first.Dispose();

        using var all = budget.TryTake(100);
        Assert.That(all, Is.Not.Null);
        Assert.That(budget.TryTake(1), Is.Null);
    }

    [Test]
    public async Task As_many_as_allowed_work_as_many_wait_and_the_next_is_told_to_come_back()
    {
        using var limit = new WorkLimit(2);
        var gate = new TaskCompletionSource();
        var running = 0;
        var most = 0;
        async Task<int> WorkAsync()
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await gate.Task;
            Interlocked.Decrement(ref running);
            return 1;
        }

        var taken = Enumerable.Range(0, 4).Select(_ => limit.RunAsync(WorkAsync, CancellationToken.None)).ToList();
        var refused = Assert.ThrowsAsync<ProblemException>(() => limit.RunAsync(WorkAsync, CancellationToken.None));
        Assert.That((refused!.Problem.Status, refused.Problem.Code), Is.EqualTo((503, "busy")));
        gate.SetResult();

        Assert.That(await Task.WhenAll(taken), Is.EqualTo(new[] { 1, 1, 1, 1 }));
        Assert.That(most, Is.EqualTo(2));
        Assert.That(await limit.RunAsync(WorkAsync, CancellationToken.None), Is.EqualTo(1));
    }

    [Test]
    public async Task A_signal_wakes_all_who_waited_before_it_and_none_after()
    {
        var signal = new Signal();
        signal.Raise();
        Task[] before = [signal.Next, signal.Next];
        Assert.That(before, Has.All.Property(nameof(Task.IsCompleted)).False);
        signal.Raise();
        var after = signal.Next;

        await Task.WhenAll(before).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(after.IsCompleted, Is.False);
        signal.Raise();
        await after.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Waiting_for_a_signal_as_its_comment_says_misses_no_change()
    {
        var signal = new Signal();
        var value = 0;
        var follower = Task.Run(async () =>
        {
            while (true)
            {
                var next = signal.Next;
                if (Volatile.Read(ref value) == 10_000)
                    return;
                await next;
            }
        });
        for (var i = 1; i <= 10_000; i++)
        {
            Volatile.Write(ref value, i);
            signal.Raise();
        }

        await follower.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
