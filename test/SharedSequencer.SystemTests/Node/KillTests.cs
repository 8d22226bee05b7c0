using NUnit.Framework;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Engine;

namespace SharedSequencer.SystemTests.Node;

[OnBothEngines]
internal sealed class KillTests(NetworkEngine engine)
{
    private const int Rounds = 9;

    [Test]
    [CancelAfter(600_000)]
    public async Task Killed_at_any_moment_node_and_engine_go_on_and_the_slices_stay_the_same(CancellationToken cancellation)
    {
        var random = new Random(20_261);
        await using var chain = await LiveChain.StartAsync(engine);
        var notes = await chain.RegisterAsync("notes");
        List<string> known = [];
        HashSet<Hash256> final = [];
        for (var round = 0; round < Rounds; round++)
        {
            using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var sender = SendAsync(chain, notes, final, sending.Token);
            await Task.Delay(random.Next(50, 800), cancellation);
            switch (engine == NetworkEngine.Embedded ? 0 : round % 3)
            {
                case 0:
                    await chain.KillNodeAsync();
                    break;
                case 1:
                    await chain.KillCometAsync();
                    break;
                default:
                    await Task.WhenAll(chain.KillCometAsync(), chain.KillNodeAsync());
                    break;
            }

            await sending.CancelAsync();
            await sender;
            await chain.StartProcessesAsync();

            var slices = await ReadAllAsync(chain, notes);
            Assert.That(slices.Take(known.Count), Is.EqualTo(known), $"round {round}");
            known = slices;
            foreach (var id in final)
                Assert.That((await chain.Client.GetTransactionAsync(id, cancellation))?.Status, Is.EqualTo("final"), $"round {round}");
        }

        Assert.That(final.Count, Is.GreaterThan(Rounds), "the chain must have been at work");
        Assert.That(await chain.StopNodeAsync(), Is.True, "it ends by itself when it is told to");
    }

    /// <summary>Sends one note after the other and remembers those that were said to be final, until the chain is killed.</summary>
    private static async Task SendAsync(LiveChain chain, NamespaceId notes, HashSet<Hash256> final, CancellationToken cancellation)
    {
        var number = 0;
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                var nonce = (await chain.Client.GetAccountAsync(chain.Key.PublicKey, cancellation)).PendingNonce;
                var transaction = await chain.SignAsync(nonce, new SubmitData(notes, BitConverter.GetBytes(number++)));
                await chain.Client.SubmitAsync(transaction.Raw, cancellation);
                if ((await chain.Client.GetTransactionAsync(transaction.Id, cancellation))?.Height is not null)
                    final.Add(transaction.Id);
                var block = await chain.Client.GetBlockAsync(null, cancellation);
                final.UnionWith(block.Transactions.Select(id => Hash256.Parse(id)));
            }
        }
        catch (Exception error) when (error is SequencerConnectionException or SequencerApiException or OperationCanceledException)
        {
            // One of the programs is gone: what was said before still holds.
        }
    }

    private static async Task<List<string>> ReadAllAsync(LiveChain chain, NamespaceId notes)
    {
        List<string> slices = [];
        for (var from = 1UL; ;)
        {
            var page = await chain.Client.GetSlicesAsync(notes, from, 100, withProof: true);
            if (page.Slices.Count == 0)
                return slices;
            foreach (var slice in page.Slices)
            {
                var verdict = SliceVerifier.Verify(slice, notes, Hash256.Parse(slice.BlockHash));
                Assert.That(verdict.Reason, Is.Empty);
                slices.Add(Text(slice));
            }

            from = page.Next;
        }
    }

    private static string Text(SliceResponse slice) =>
        $"{slice.Number} {slice.Height} {slice.BlockHash} {string.Join(',', slice.Entries.Select(e => $"{e.Index}:{e.Action}:{e.Transaction}:{Convert.ToHexString(e.Payload)}"))}";
}
