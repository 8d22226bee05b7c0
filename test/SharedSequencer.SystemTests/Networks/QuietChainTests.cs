using System.Diagnostics;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.SystemTests.Networks;

/// <summary>A chain with nothing to order makes heartbeat blocks alone, whatever dead transactions are sent to it.</summary>
internal sealed class QuietChainTests
{
    private static readonly AccountId s_somebody = AccountId.From(Hash256.Of("somebody"u8).Span);

    private TestNetwork _test = null!;
    private SequencerClient _client = null!;
    private CometRpcClient _comet = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _test = await TestNetwork.StartAsync(plan => plan with { Bitcoin = false, Evm = false });
        _client = new SequencerClient(_test.Network.Validators[0].Api);
        _comet = new CometRpcClient(new CometRpcOptions { Address = _test.Network.Endpoints.CometbftRpc[0] });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _client?.Dispose();
        _comet?.Dispose();
        if (_test is not null)
            await _test.DisposeAsync();
    }

    [Test, Order(1)]
    public async Task An_idle_chain_makes_only_its_heartbeat_blocks()
    {
        var (blocks, heartbeats) = await CountBlocksAsync(TimeSpan.FromSeconds(4));

        Assert.That(blocks, Is.InRange(1, heartbeats));
    }

    [Test, Order(2)]
    public async Task A_block_follows_a_lone_transaction_at_once_and_the_chain_rests_again()
    {
        var before = await HeightAsync();
        var raw = await TransactionAsync(0, [new Transfer(s_somebody, 1)]);
        var answer = await _comet.BroadcastAsync(raw.Raw);
        Assert.That(answer.IsHeld, Is.True, answer.Log);
        var final = await _client.WaitForAsync(raw.Id, "final", TimeSpan.FromSeconds(10));
        var (blocks, heartbeats) = await CountBlocksAsync(TimeSpan.FromSeconds(3));

        Assert.That(final.Height, Is.LessThanOrEqualTo(before + 2), "the next block, or the one after a heartbeat in between");
        Assert.That(blocks, Is.LessThanOrEqualTo(heartbeats + 1), "its proof block, then heartbeats alone");
    }

    [Test, Order(3)]
    public async Task A_nonce_gap_makes_no_extra_block()
    {
        var gap = await TransactionAsync(5, [new Transfer(s_somebody, 1)]);

        await AssertRestsAsync(gap);
    }

    [Test, Order(4)]
    public async Task An_expired_transaction_makes_at_most_one_extra_block()
    {
        // On a resting chain the next block's time is a heartbeat later: the pool takes this one, and no block can.
        var status = await _client.GetStatusAsync();
        var expiring = await TransactionAsync(0, [new Transfer(s_somebody, 1)], expiry: status.Time.ToUnixTimeSeconds() + 1);

        await AssertRestsAsync(expiring);
    }

    [Test, Order(5)]
    public async Task A_transaction_that_another_left_without_coins_makes_at_most_one_extra_block()
    {
        var account = await _client.GetAccountAsync(_test.Network.Developer.PublicKey);
        var most = ulong.Parse(account.Balance) - 1_000_000;
        var first = await TransactionAsync(0, [new Transfer(s_somebody, most / 2)]);
        var second = await TransactionAsync(1, [new Transfer(s_somebody, most)]);
        _ = await _comet.BroadcastAsync(first.Raw);

        await AssertRestsAsync(second, alive: 1);
    }

    [Test, Order(6)]
    public async Task A_replaced_transaction_makes_at_most_one_extra_block()
    {
        var replaced = await TransactionAsync(0, [new Transfer(s_somebody, 1)], tip: 1);
        var better = await TransactionAsync(0, [new Transfer(s_somebody, 2)], tip: 50);
        var first = _comet.BroadcastAsync(replaced.Raw);
        var second = _comet.BroadcastAsync(better.Raw);
        await Task.WhenAll(first, second);

        await AssertRestsAsync(replaced, alive: 2);
    }

    /// <summary>After a dead transaction, and some that live, there is at most one block more than they need; then the chain rests.</summary>
    private async Task AssertRestsAsync(SignedTransaction dead, int alive = 0)
    {
        // A living transaction may take a block and a proof block.
        _ = await _comet.BroadcastAsync(dead.Raw);
        var (blocks, heartbeats) = await CountBlocksAsync(TimeSpan.FromSeconds(3));
        Assert.That(blocks, Is.LessThanOrEqualTo(heartbeats + (2 * alive) + 1));

        (blocks, heartbeats) = await CountBlocksAsync(TimeSpan.FromSeconds(2));
        Assert.That(blocks, Is.LessThanOrEqualTo(heartbeats), "the chain does not rest");
    }

    /// <summary>Blocks made within a time, and how many of them heartbeats can be: one a second, and one on the border.</summary>
    private async Task<(long Blocks, int Heartbeats)> CountBlocksAsync(TimeSpan time)
    {
        var before = await HeightAsync();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        var blocks = await HeightAsync() - before;
        return (blocks, (int)Stopwatch.GetElapsedTime(started).TotalSeconds + 1);
    }

    private async Task<long> HeightAsync() => (await _comet.StatusAsync()).LatestHeight;

    private async Task<SignedTransaction> TransactionAsync(
        ulong ahead, IReadOnlyList<TransactionAction> actions, long? expiry = null, ulong tip = 0)
    {
        var key = _test.Network.Developer;
        var status = await _client.GetStatusAsync();
        var account = await _client.GetAccountAsync(key.PublicKey);
        return SignedTransaction.Sign(
            new TransactionBody
            {
                ChainId = status.ChainId,
                Nonce = account.Nonce + ahead,
                MaxFeePerByte = 100,
                TipPerByte = tip,
                ExpiryTime = expiry ?? status.Time.ToUnixTimeSeconds() + 600,
                Actions = actions,
            },
            key);
    }
}
