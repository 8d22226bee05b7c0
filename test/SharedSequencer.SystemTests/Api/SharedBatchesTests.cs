using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Slices;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Engine;

namespace SharedSequencer.SystemTests.Api;

/// <summary>Followers at one position are sent one memory, and never what is older than what they ask.</summary>
[OnBothEngines]
[CancelAfter(180_000)]
internal sealed class SharedBatchesTests(NetworkEngine engine)
{
    [Test]
    public async Task What_was_shared_is_made_anew_after_each_commit(CancellationToken deadline)
    {
        await using var node = await InProcessNode.StartAsync(engine);
        using var client = new SequencerClient(node.Url);
        await node.SendAsync(client, new RegisterNamespace("notes", new NamespaceSettings(), 1_000_000));
        var notes = NamespaceId.OfName("notes");
        await node.SendAsync(client, new SubmitData(notes, "first"u8.ToArray()));
        var batches = node.Services.GetRequiredService<StreamBatches<EventForm>>();

        var batch = await batches.NextAsync(new StreamPosition(notes, false, 1, 0), deadline);
        Assert.That(Encoding.UTF8.GetString(batch.Frames.Span), Does.StartWith("id: 1\nevent: slice\n").And.Contain("\n\nevent: tip\n"));
        Assert.That(batch.IsShared, Is.False, "what is old is read at the follower's own pace");
        var tip = batch.Position;
        Assert.That((tip.Next, batch.HasMore), Is.EqualTo((2UL, false)));

        // Asked twice between commits it is one memory, with what there is. Blocks come meanwhile: then it is asked again.
        var (one, two) = (await batches.NextAsync(tip, deadline), await batches.NextAsync(tip, deadline));
        while (!ReferenceEquals(one, two))
            (one, two) = (two, await batches.NextAsync(tip, deadline));
        Assert.That(one.IsShared, Is.True);

        await node.SendAsync(client, new SubmitData(notes, "second"u8.ToArray()));
        var later = await batches.NextAsync(tip, deadline);
        Assert.That(Encoding.UTF8.GetString(later.Frames.Span), Does.Contain("id: 2\n").And.Contain(Convert.ToBase64String("second"u8)));
        Assert.That(later.Position.Next, Is.EqualTo(3));
    }
}
