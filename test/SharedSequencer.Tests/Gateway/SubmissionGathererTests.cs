using NUnit.Framework;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Gateway.Submission;

namespace SharedSequencer.Tests.Gateway;

[CancelAfter(30_000)]
public sealed class SubmissionGathererTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMilliseconds(400);

    [Test]
    public async Task What_arrives_within_the_window_goes_together_and_in_order(CancellationToken deadline)
    {
        var (pool, gatherer) = Create(o => o with { Gather = s_long });
        Admit(pool, 0, 0);
        var gathering = gatherer.NextAsync(() => int.MaxValue, deadline);
        Admit(pool, 1, 0);
        Admit(pool, 0, 1);

        var gathered = await gathering;
        Assert.That(gathered.Select(p => (p.Transaction.Sender, p.Transaction.Nonce)), Is.EqualTo(new[]
        {
            (SignedTransfers.Address(0), 0UL), (SignedTransfers.Address(1), 0UL), (SignedTransfers.Address(0), 1UL),
        }));
    }

    [Test]
    public async Task A_full_submission_does_not_wait_for_the_window(CancellationToken deadline)
    {
        var (pool, gatherer) = Create(o => o with { Gather = TimeSpan.FromHours(1), MaximumSubmissionCount = 2 });
        for (var nonce = 0UL; nonce < 5; nonce++)
            Admit(pool, 0, nonce);

        Assert.That((await gatherer.NextAsync(() => int.MaxValue, deadline)).Select(p => p.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL }));
        Assert.That((await gatherer.NextAsync(() => int.MaxValue, deadline)).Select(p => p.Transaction.Nonce), Is.EqualTo(new[] { 2UL, 3UL }));
    }

    [Test]
    public async Task Bytes_are_bounded_and_what_does_not_fit_starts_the_next_submission(CancellationToken deadline)
    {
        var (pool, gatherer) = Create(o => o with { Gather = TimeSpan.FromMilliseconds(1) });
        for (var nonce = 0UL; nonce < 4; nonce++)
            Admit(pool, 0, nonce, dataBytes: 1000);
        const int limit = 2500;

        List<ulong[]> submissions = [];
        while (submissions.Sum(s => s.Length) < 4)
        {
            var gathered = await gatherer.NextAsync(() => limit, deadline);
            Assert.That(gathered.Sum(p => p.Transaction.Raw.Length), Is.LessThanOrEqualTo(limit));
            submissions.Add([.. gathered.Select(p => p.Transaction.Nonce)]);
        }

        Assert.That(submissions, Is.EqualTo(new[] { new[] { 0UL, 1UL }, [2UL, 3UL] }));
    }

    [Test]
    public async Task What_was_released_in_the_meantime_is_left_out(CancellationToken deadline)
    {
        var (pool, gatherer) = Create(o => o with { Gather = TimeSpan.FromMilliseconds(1) });
        var first = Admit(pool, 0, 0);
        var other = Admit(pool, 1, 0);
        Admit(pool, 0, 1);
        pool.Release([first], RpcError.Refused("gone"));

        Assert.That(await gatherer.NextAsync(() => int.MaxValue, deadline), Is.EqualTo(new[] { other }));
    }

    private static (PendingPool Pool, SubmissionGatherer Gatherer) Create(Func<GatewayOptions, GatewayOptions> change)
    {
        var options = change(TestOptions.Create());
        var pool = new PendingPool(options);
        return (pool, new SubmissionGatherer(options, pool.ToSubmit, TimeProvider.System));
    }

    private static PendingTransaction Admit(PendingPool pool, int account, ulong nonce, int dataBytes = 0) =>
        pool.TryAdmitNow(SignedTransfers.Transfer(account, nonce, dataBytes: dataBytes), SignedTransfers.Rich(0)).Admitted!;
}
