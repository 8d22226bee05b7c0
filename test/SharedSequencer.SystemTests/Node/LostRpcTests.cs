using System.Net;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.SystemTests.Node;

/// <summary>A CometBFT that orders blocks and whose RPC cannot be reached: the embedded engine's cannot be lost without it.</summary>
internal sealed class LostRpcTests
{
    [Test]
    public async Task Without_CometBFTs_RPC_the_node_is_not_ready_and_back_fills_what_it_missed()
    {
        await using var chain = await LiveChain.StartAsync(NetworkEngine.CometBft);
        var notes = await chain.RegisterAsync("notes");
        await chain.StopNodeAsync();
        await chain.KillCometAsync();

        chain.Overrides["SEQ_SEQUENCER_COMETBFT_RPC"] = "http://127.0.0.1:1";
        await chain.StartProcessesAsync(waitUntilReady: false);
        var before = await chain.PollAsync("a status", async () => await chain.Client.GetStatusAsync());
        var grown = await chain.PollAsync("blocks", async () =>
            await chain.Client.GetStatusAsync() is { } status && status.Height > before.LightHeight + 2 ? status : null);
        Assert.That(grown.LightHeight, Is.LessThan(grown.Height));
        using var http = new HttpClient();
        using var ready = await http.GetAsync(new Uri(chain.Api, "/readyz"));
        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain("cometbft_rpc"));
        Assert.That((await chain.Client.GetSliceAsync(notes, grown.Height)).Entries, Is.Empty, "without proof it is served");
        var refused = Assert.ThrowsAsync<SequencerApiException>(() => chain.Client.GetSliceAsync(notes, grown.Height, withProof: true));
        Assert.That(refused!.Code, Is.EqualTo("not_ready"));
        var nonce = (await chain.Client.GetAccountAsync(chain.Key.PublicKey)).Nonce;
        var transaction = await chain.SignAsync(nonce, new SubmitData(notes, new byte[] { 1 }));
        refused = Assert.ThrowsAsync<SequencerApiException>(() => chain.Client.SubmitAsync(transaction.Raw));
        Assert.That(refused!.Code, Is.EqualTo("engine_unavailable"));

        chain.Overrides.Clear();
        await chain.StopNodeAsync();
        await chain.StartProcessesAsync();
        var top = (await chain.Client.GetStatusAsync()).Height;
        for (var height = 1L; height <= top; height++)
        {
            var slice = await chain.Client.GetSliceAsync(notes, height, withProof: true);
            Assert.That(SliceVerifier.Verify(slice, notes, Hash256.Parse(slice.BlockHash)).Reason, Is.Empty, $"height {height}");
        }
    }
}
