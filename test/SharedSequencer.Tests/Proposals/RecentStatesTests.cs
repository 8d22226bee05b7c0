using NUnit.Framework;
using SharedSequencer.Application;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Tests.Proposals;

internal sealed class RecentStatesTests
{
    [Test]
    public void The_newest_few_versions_are_kept_by_height()
    {
        var blocks = new RandomBlocks(new RandomWorld(61));
        var recent = new RecentStates(capacity: 3);
        Assert.That(recent.Newest, Is.Null);
        List<ChainState> states = [blocks.State];
        recent.Start(blocks.State);
        for (var i = 0; i < 6; i++)
        {
            _ = blocks.Next();
            states.Add(blocks.State);
            recent.Add(blocks.State);
        }

        Assert.That(recent.Newest, Is.SameAs(states[6]));
        Assert.That(Enumerable.Range(0, 8).Select(height => recent.At(height)), Is.EqualTo(new[] { null, null, null, null, states[4], states[5], states[6], null }));
        recent.Start(states[2]);
        Assert.That((recent.Newest, recent.At(6)), Is.EqualTo((states[2], null as ChainState)));
    }
}
