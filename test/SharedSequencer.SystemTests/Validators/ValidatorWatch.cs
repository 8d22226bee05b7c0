using System.Diagnostics;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.SystemTests.Validators;

/// <summary>What a test sees of a network's validators: their heights, their blocks, and a way to send transactions.</summary>
internal sealed class ValidatorWatch : IDisposable
{
    private static readonly AccountId s_somebody = AccountId.From(Hash256.Of("somebody"u8).Span);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    public ValidatorWatch(LocalNetwork network)
    {
        Network = network;
        Comet = [.. network.Validators.Select(v => new CometRpcClient(new CometRpcOptions { Address = v.CometRpc.ToString().TrimEnd('/') }))];
        Api = [.. network.Validators.Select(v => new SequencerClient(v.Api))];
    }

    public LocalNetwork Network { get; }

    public IReadOnlyList<CometRpcClient> Comet { get; }

    public IReadOnlyList<SequencerClient> Api { get; }

    public void Dispose()
    {
        foreach (var comet in Comet)
            comet.Dispose();
        foreach (var api in Api)
            api.Dispose();
    }

    public async Task<long> HeightAsync(int validator) => (await Comet[validator].StatusAsync()).LatestHeight;

    /// <summary>Signs a transfer with the nonce that the validator's node expects, and submits it there.</summary>
    public async Task<SignedTransaction> SendAsync(int validator, SecretKey? key = null)
    {
        using var sender = new AccountSender(Api[validator], key ?? Network.Developer);
        return (await sender.SendAsync([new Transfer(s_somebody, 1)])).Transaction;
    }

    /// <summary>Sends a transfer and waits until it is final.</summary>
    public async Task<long> OrderAsync(int validator)
    {
        var sent = await SendAsync(validator);
        return await UntilFinalAsync(validator, sent.Id);
    }

    public async Task<long> UntilFinalAsync(int validator, Hash256 id)
    {
        var status = await Api[validator].WaitForAsync(id, "final", s_limit);
        Assert.That(status.Status, Is.EqualTo("final"), status.Reason?.Message);
        return status.Height!.Value;
    }

    /// <summary>Orders one transfer after the other until a condition holds.</summary>
    public async Task OrderUntilAsync(int validator, string what, Func<Task<bool>> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_limit), $"waited for {what}");
            await OrderAsync(validator);
        }
    }

    /// <summary>Waits until a validator's CometBFT has reached a height.</summary>
    public async Task UntilHeightAsync(int validator, long height)
    {
        long seen = 0;
        await UntilAsync(() => $"validator {validator} is at height {seen}, not {height}", async () => (seen = await HeightAsync(validator)) >= height);
    }

    /// <summary>Polls until a condition holds; a program that does not answer yet counts as false.</summary>
    public static async Task UntilAsync(Func<string> complaint, Func<Task<bool>> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await holds())
                    return;
            }
            catch (Exception e) when (e is CometRpcException or SequencerConnectionException or SequencerApiException
                && Stopwatch.GetElapsedTime(started) < s_limit)
            {
                // It starts.
            }

            Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_limit), complaint());
            await Task.Delay(50);
        }
    }

    /// <summary>
    /// Asserts that these validators have the same block, with the same app_hash, at each of the heights, and that
    /// each block's header carries the app_hash that the applications computed for the height before.
    /// </summary>
    public async Task AssertAgreeAsync(IReadOnlyList<int> validators, long from, long to)
    {
        for (var height = from; height <= to; height++)
        {
            var header = await Comet[validators[0]].HeaderAsync(height);
            foreach (var validator in validators)
            {
                Assert.That((await Comet[validator].HeaderAsync(height)).Hash(), Is.EqualTo(header.Hash()), $"CometBFT {validator}, height {height}");
                var block = await Api[validator].GetBlockAsync(height);
                Assert.That(block.Hash, Is.EqualTo(header.Hash().ToString()), $"node {validator}, height {height}");
                if (height < to)
                {
                    var next = await Comet[validator].HeaderAsync(height + 1);
                    Assert.That(next.AppHash.ToString(), Is.EqualTo(block.AppHash.ToUpperInvariant()), $"node {validator}, app_hash of height {height}");
                }
            }
        }
    }

    /// <summary>Asserts that none of the blocks was proposed by this validator.</summary>
    public async Task AssertNeverProposedAsync(int validator, int asked, long from, long to)
    {
        var address = Network.Validators[validator].ValidatorKey.Address;
        for (var height = from; height <= to; height++)
            Assert.That((await Comet[asked].HeaderAsync(height)).ProposerAddress, Is.Not.EqualTo(address), $"height {height}");
    }
}
