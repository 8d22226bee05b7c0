using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Node;

namespace SharedSequencer.SystemTests.Recovery;

/// <summary>
/// The rows of the handshake at start that a node's own end leads to, on either engine: A is the application's height, S
/// the block store's, T that of the engine's state. (A &gt; S, after <c>cometbft rollback --hard</c>, needs a network to
/// fetch the block from again: a lone validator has signed it already. It is with the joining node's tests.)
/// </summary>
[OnBothEngines]
[CancelAfter(600_000)]
internal sealed class RestartTests(NetworkEngine engine) : RecoveringChainTests(engine)
{
    [TestCase("before_finalize")]
    [TestCase("after_finalize")]
    [TestCase("before_commit")]
    public async Task Killed_before_its_commit_the_node_is_given_the_block_again(string point)
    {
        // S = T + 1, A = T
        await Test.FailAtAsync(point);

        await Test.AssertGoesOnAsync();
    }

    [Test]
    public async Task Killed_after_its_commit_the_node_is_ahead_of_the_engines_state_and_goes_on()
    {
        // S = T + 1, A = S
        await Test.FailAtAsync("after_commit");

        await Test.AssertGoesOnAsync();
    }

    [Test]
    public async Task All_killed_at_rest_go_on()
    {
        // S = T = A
        await Test.KillBothAsync();

        await Test.AssertGoesOnAsync();
    }

    [Test]
    public async Task A_node_whose_data_is_some_blocks_old_is_given_them_again()
    {
        // S = T, A < S
        await Test.KillBothAsync();
        var copy = Test.CopyData();
        await Test.AssertGoesOnAsync();
        await Test.SendAsync();
        await Test.KillBothAsync();

        Test.PutBack(copy);

        await Test.AssertGoesOnAsync();
    }

    [Test]
    public async Task A_node_whose_data_is_some_blocks_old_is_given_them_again_and_the_one_it_was_killed_in()
    {
        // S = T + 1, A < T
        await Test.KillBothAsync();
        var copy = Test.CopyData();
        await Test.AssertGoesOnAsync();
        await Test.FailAtAsync("before_commit");

        Test.PutBack(copy);

        await Test.AssertGoesOnAsync();
    }

    [Test]
    public async Task Killed_in_its_first_commit_the_chain_starts_from_genesis_again_and_is_stepped_back_to_the_first_block_at_most()
    {
        // A = 0
        var first = new RecoveringChain(await LiveChain.StartAsync(RunsOn, new Dictionary<string, string> { [RecoveringChain.FailPoint] = "before_commit:1" }));
        await using var chain = first.Chain;
        var (exitCode, words) = await chain.WaitForNodesEndAsync();
        Assert.That(exitCode, Is.EqualTo(RecoveringChain.Killed), words);
        await first.FailAtHeightAsync("after_commit", 2);

        await chain.RunAsync("rollback", "--home", chain.Home);
        var (code, refusal) = await chain.TryRunAsync("rollback", "--home", chain.Home);

        Assert.That(code, Is.EqualTo(1), refusal);
        Assert.That(refusal, Does.Contain("never the first"));
        await first.AssertGoesOnAsync();
    }
}
