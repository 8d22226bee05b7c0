using NUnit.Framework;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Engine;
using SharedSequencer.Engine.Keys;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Networks;
using SharedSequencer.Tests.Engine;

namespace SharedSequencer.SystemTests.Engine;

/// <summary>
/// The real program, killed again and again at random moments under load: 20 times, and 200 with SEQ_CAMPAIGN=full.
/// </summary>
[Category(OnBothEnginesAttribute.Embedded)]
internal sealed class KillCampaignTests
{
    private const int Kills = 20;
    private const int FullKills = 200;

    [Test]
    [CancelAfter(1_800_000)]
    public async Task Killed_at_random_moments_it_loses_doubles_and_double_signs_nothing(CancellationToken cancellation)
    {
        var random = new Random(20_266);
        var kills = Environment.GetEnvironmentVariable("SEQ_CAMPAIGN") == "full" ? FullKills : Kills;

        // A node compiles itself whole before it serves; one that is killed within a second starts sooner without that.
        await using var test = await TestNetwork.StartAsync(
            NetworkEngine.Embedded, plan => plan with { NodeSettings = new Dictionary<string, string> { ["DOTNET_TieredCompilation"] = "1" } });
        var validator = test.Network.Validators[0];
        var home = new EngineHome(validator.CometFolder);
        var known = new Dictionary<long, BlockId>();
        var final = new HashSet<Hash256>();
        var signed = new Dictionary<(long Height, int Round), HexBytes>();
        using var client = new SequencerClient(validator.Api);
        using var rpc = new CometRpcClient(new CometRpcOptions { Address = test.Network.Endpoints.CometbftRpc[0] });
        for (var kill = 0; kill < kills; kill++)
        {
            using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var sender = SendAsync(client, test.Network, final, sending.Token);
            await Task.Delay(random.Next(20, 500), cancellation);
            await validator.KillAsync();
            await sending.CancelAsync();
            await sender;

            // What is on the disk now is all that anybody will know of what was signed.
            var state = SignState.Load(home.SignStateFile);
            if (!signed.TryAdd((state.Height, state.Round), state.SignBytes))
                Assert.That(signed[(state.Height, state.Round)], Is.EqualTo(state.SignBytes), "signed twice");

            await validator.StartAsync(cancellation);
            await validator.UntilReadyAsync(cancellation);
            await CompareAsync(rpc, known, signed);
            foreach (var id in final)
                Assert.That((await client.GetTransactionAsync(id, cancellation))?.Status, Is.EqualTo("final"), $"kill {kill}");
        }

        var blocks = await ChainAudit.RunAsync(rpc);
        var transactions = blocks.SelectMany(block => block.Transactions.Skip(1)).Select(raw => Hash256.Of(raw.Span)).ToList();
        Assert.That(transactions, Is.Unique, "nothing is in the chain twice");
        Assert.That(transactions, Is.SupersetOf(final));
        Assert.That(final, Has.Count.GreaterThan(kills / 4), "the chain must have been at work");
        TestContext.Out.WriteLine($"{kills} kills, {blocks.Count} blocks, {transactions.Count} transactions");
    }

    /// <summary>Blocks stay as they were; what was signed of them is what their commits show.</summary>
    private static async Task CompareAsync(CometRpcClient rpc, Dictionary<long, BlockId> known, Dictionary<(long Height, int Round), HexBytes> signed)
    {
        var status = await rpc.StatusAsync();
        Assert.That(status.LatestHeight, Is.GreaterThanOrEqualTo(known.Keys.DefaultIfEmpty().Max()), "blocks are lost");
        var from = Math.Max(1, known.Keys.DefaultIfEmpty().Max() - 3);
        for (var height = from; height <= status.LatestHeight; height++)
        {
            var block = await rpc.BlockAsync(height);
            Assert.That(known.TryAdd(height, block.BlockId) || known[height] == block.BlockId, $"height {height} is another block now");
            var commit = (await rpc.CommitAsync(height)).SignedHeader.Commit;
            if (signed.TryGetValue((height, commit.Round), out var bytes))
                Assert.That(HexBytes.From(commit.SignBytes(block.Header.ChainId, 0)), Is.EqualTo(bytes), $"height {height} was signed twice");
        }
    }

    /// <summary>Sends one transfer after the other and remembers those that were said to be final, until the program is killed.</summary>
    private static async Task SendAsync(SequencerClient client, LocalNetwork network, HashSet<Hash256> final, CancellationToken cancellation)
    {
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                var transaction = await TwoEngines.SignAsync(network);
                await client.SubmitAsync(transaction.Raw, cancellation);
                var status = await client.WaitForAsync(transaction.Id, TransactionStatuses.Final, TimeSpan.FromSeconds(20), cancellation);
                if (status.Height is not null)
                    final.Add(transaction.Id);
            }
        }
        catch (Exception error) when (error is SequencerConnectionException or SequencerApiException or OperationCanceledException or TimeoutException)
        {
            // The program is gone: what was said before still holds.
        }
    }
}
