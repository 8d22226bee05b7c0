using System.Diagnostics;
using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.RandomChain;

namespace SharedSequencer.Tests.StateMachine;

internal sealed class DeterminismTests
{
    private const int Blocks = 1000;

    [Test]
    public async Task A_thousand_blocks_give_the_same_app_hashes_whatever_the_scheduling_and_the_culture()
    {
        var blocks = new RandomBlocks(new RandomWorld(4_711));
        var initChain = blocks.InitChain();
        List<RequestFinalizeBlock> chain = [.. Enumerable.Range(0, Blocks).Select(_ => blocks.Next())];

        var alone = new Replica(initChain);
        List<string> expected = [.. chain.Select(block => alone.Run(block).ToString())];
        Assert.That(expected.Distinct().Count(), Is.GreaterThan(Blocks / 2), "the chain must change its state");

        Assert.That(await RunCrowdedAsync(initChain, chain), Is.EqualTo(expected), "with checks and queries beside every block");
        Assert.That(await RunUnderAsync("tr-TR", initChain, chain), Is.EqualTo(expected), "in a process of its own, under tr-TR");
    }

    private static async Task<List<string>> RunCrowdedAsync(RequestInitChain initChain, List<RequestFinalizeBlock> chain)
    {
        var replica = new Replica(initChain);
        var random = new Random(1);
        List<string> hashes = [];
        foreach (var block in chain)
        {
            var beside = Enumerable.Range(0, 4).Select(n => Task.Run(() =>
            {
                foreach (var item in block.Txs)
                    _ = replica.Application.PrepareCheckTx(new RequestCheckTx { Tx = item }).Admit();
                _ = replica.Application.Query(new RequestQuery { Path = "/store/state/key", Data = ByteString.CopyFromUtf8("root") });
            })).ToArray();
            if (random.Next(2) == 0)
                await Task.Yield();
            Assert.That(replica.Accepts(block), Is.True);
            hashes.Add(replica.Run(block).ToString());
            await Task.WhenAll(beside);
        }

        return hashes;
    }

    private static async Task<List<string>> RunUnderAsync(string culture, RequestInitChain initChain, List<RequestFinalizeBlock> chain)
    {
        var file = Path.GetTempFileName();
        try
        {
            await using (var stream = File.Create(file))
            {
                initChain.WriteDelimitedTo(stream);
                foreach (var block in chain)
                    block.WriteDelimitedTo(stream);
            }

            var program = Path.Combine(AppContext.BaseDirectory, "SharedSequencer.RandomChain.dll");
            using var process = Process.Start(new ProcessStartInfo("dotnet", [program, file, culture])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Zero, await errors);
            return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }
        finally
        {
            File.Delete(file);
        }
    }
}
