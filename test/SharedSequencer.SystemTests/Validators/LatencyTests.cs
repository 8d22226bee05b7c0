using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.Validators;

/// <summary>
/// Submission to final at light load, as a client sees it. Always the first profile, with few transactions; with
/// SEQ_LATENCY=N the whole table of docs/latency.md, N transactions for each row.
/// </summary>
internal sealed class LatencyTests
{
    private const string Variable = "SEQ_LATENCY";
    private const int FewTransactions = 40;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    [Test]
    public async Task Light_load_on_several_validators_becomes_final_without_loss()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var wanted) ? wanted : 0;
        foreach (var profile in count == 0 ? [LatencyProfile.All[0]] : LatencyProfile.All)
        {
            var latencies = await MeasureAsync(profile, count == 0 ? FewTransactions : count);
            await TestContext.Progress.WriteLineAsync(Row(profile, latencies));

            // Far above any figure of the table: the machine may be busy. A round that is lost takes longer.
            Assert.That(At(latencies, 50), Is.LessThan(5_000), profile.Name);
        }
    }

    private static async Task<double[]> MeasureAsync(LatencyProfile profile, int count)
    {
        List<DelayProxy> proxies = [];
        try
        {
            await using var test = await TestNetwork.StartAsync(plan => plan with
            {
                Validators = profile.Validators,
                Bitcoin = false,
                Evm = false,
                CometOverrides = profile.CometOverrides,
                PeerPort = profile.OneWay == TimeSpan.Zero ? null : port =>
                {
                    proxies.Add(new DelayProxy(port, profile.OneWay));
                    return proxies[^1].Port;
                },
            });
            using var watch = new ValidatorWatch(test.Network);
            var keys = await FundAsync(watch);
            using var slowness = new CancellationTokenSource();
            var slow = profile.SlowValidator ? SlowDownAsync(test.Network.Validators[^1], slowness.Token) : Task.CompletedTask;
            try
            {
                return await SendAsync(watch, keys, count);
            }
            finally
            {
                await slowness.CancelAsync();
                await slow;
            }
        }
        finally
        {
            foreach (var proxy in proxies)
                await proxy.DisposeAsync();
        }
    }

    /// <summary>An account for each validator, so that nonces stay in order whichever is asked.</summary>
    private static async Task<SecretKey[]> FundAsync(ValidatorWatch watch)
    {
        var keys = watch.Api.Select(_ => SecretKey.Generate()).ToArray();
        using var sender = new AccountSender(watch.Api[0], watch.Network.Developer);
        var sent = await sender.SendAsync([.. keys.Select(key => new Transfer(key.PublicKey, 1_000_000_000))]);
        var height = await watch.UntilFinalAsync(0, sent.Transaction.Id);
        foreach (var api in watch.Api)
            await ValidatorWatch.UntilAsync(() => $"{api.Node} lags", async () => (await api.GetStatusAsync()).Height >= height);
        return keys;
    }

    /// <summary>Ten transactions a second, spread over the validators that are not slow; each is waited for beside the others.</summary>
    private static async Task<double[]> SendAsync(ValidatorWatch watch, SecretKey[] keys, int count)
    {
        // The first few open connections and warm up the programs' code.
        const int WarmUp = 10;
        var senders = watch.Api.SkipLast(1).Select((api, i) => new AccountSender(api, keys[i])).ToArray();
        var waits = new List<Task<double>>();
        using var timer = new PeriodicTimer(s_interval);
        for (var i = 0; i < count + WarmUp; i++)
        {
            await timer.WaitForNextTickAsync();
            waits.Add(OneAsync(watch, senders[i % senders.Length], i % senders.Length));
        }

        var latencies = await Task.WhenAll(waits);
        foreach (var sender in senders)
            sender.Dispose();
        return [.. latencies.Skip(WarmUp).Order()];
    }

    private static async Task<double> OneAsync(ValidatorWatch watch, AccountSender sender, int validator)
    {
        var started = Stopwatch.GetTimestamp();
        var sent = await sender.SendAsync([new Transfer(watch.Network.Developer.PublicKey, 1)]);
        await watch.UntilFinalAsync(validator, sent.Transaction.Id);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>Both programs of a validator run for a tenth of the time.</summary>
    private static async Task SlowDownAsync(ValidatorNode validator, CancellationToken stop)
    {
        ManagedProcess[] programs = [validator.Node!, validator.Comet!];
        while (!stop.IsCancellationRequested)
        {
            foreach (var program in programs)
                program.Pause();
            await Task.Delay(900, CancellationToken.None);
            foreach (var program in programs)
                program.Resume();
            await Task.Delay(100, CancellationToken.None);
        }
    }

    private static double At(double[] sorted, int percent) => sorted[(sorted.Length - 1) * percent / 100];

    private static string Row(LatencyProfile profile, double[] sorted)
    {
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {profile.Name} | {At(sorted, 50):0} ms | {At(sorted, 95):0} ms | {At(sorted, 99):0} ms | {sorted.Length} | {load} |");
    }
}
