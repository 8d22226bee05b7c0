using NUnit.Framework;
using SharedSequencer.SystemTests.Node;

namespace SharedSequencer.SystemTests.Recovery;

/// <summary>
/// Each row of CometBFT's handshake at start, by a real CometBFT: A is the application's height, S the block store's,
/// T that of CometBFT's state.
/// </summary>
[CancelAfter(600_000)]
internal sealed class HandshakeTests
{
    private RecoveringChain _test = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _test = new RecoveringChain(await LiveChain.StartAsync());
        await _test.SendAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_test is not null)
            await _test.Chain.DisposeAsync();
    }

    [TestCase("before_finalize")]
    [TestCase("after_finalize")]
    [TestCase("before_commit")]
    public async Task Killed_before_its_commit_the_node_is_given_the_block_again(string point)
    {
        // S = T + 1, A = T
        await _test.FailAtAsync(point);

        await _test.AssertGoesOnAsync();
    }

    [Test]
    public async Task Killed_after_its_commit_the_node_is_ahead_of_CometBFTs_state_and_goes_on()
    {
        // S = T + 1, A = S
        await _test.FailAtAsync("after_commit");

        await _test.AssertGoesOnAsync();
    }

    [Test]
    public async Task Both_killed_at_rest_go_on()
    {
        // S = T = A
        await _test.KillBothAsync();

        await _test.AssertGoesOnAsync();
    }

    [Test]
    public async Task CometBFT_killed_alone_goes_on_with_the_node_that_kept_running()
    {
        await _test.Chain.KillCometAsync();

        await _test.AssertGoesOnAsync();
    }

    [Test]
    public async Task A_node_whose_data_is_some_blocks_old_is_given_them_again()
    {
        // S = T, A < S
        await _test.KillBothAsync();
        var copy = _test.CopyData();
        await _test.AssertGoesOnAsync();
        await _test.SendAsync();
        await _test.KillBothAsync();

        _test.PutBack(copy);

        await _test.AssertGoesOnAsync();
    }

    [Test]
    public async Task A_node_whose_data_is_some_blocks_old_is_given_them_again_and_the_one_it_was_killed_in()
    {
        // S = T + 1, A < T
        await _test.KillBothAsync();
        var copy = _test.CopyData();
        await _test.AssertGoesOnAsync();
        await _test.FailAtAsync("before_commit");

        _test.PutBack(copy);

        await _test.AssertGoesOnAsync();
    }

    [Test]
    public async Task After_a_rollback_of_CometBFTs_state_the_node_goes_on_with_or_without_its_own()
    {
        // S = T + 1, A = S
        await _test.KillBothAsync();
        await _test.Chain.RunCometAsync("rollback");
        await _test.AssertGoesOnAsync();

        // S = T + 1, A = T
        await _test.KillBothAsync();
        await _test.Chain.RunCometAsync("rollback");
        await _test.Chain.RunAsync("rollback", "--home", _test.Chain.Home);
        await _test.AssertGoesOnAsync();
    }

    [Test]
    public async Task After_a_hard_rollback_of_CometBFT_the_node_is_refused_until_it_is_rolled_back_too()
    {
        // A > S. The newest block is an empty one: what is final stays.
        var before = await _test.HeightAsync();
        _ = await _test.Chain.PollAsync("an empty block", async () => await _test.HeightAsync() > before + 1 ? "there" : null);
        await _test.KillBothAsync();
        await _test.Chain.RunCometAsync("rollback", "--hard");

        await _test.Chain.StartProcessesAsync(waitUntilReady: false);
        var words = await _test.Chain.WaitForCometsEndAsync();
        Assert.That(words, Does.Contain("higher than core"));
        await _test.KillBothAsync();
        var (exitCode, said) = await _test.Chain.TryRunAsync("rollback", "--home", _test.Chain.Home);
        Assert.That(exitCode, Is.Zero, said);
        Assert.That(said, Does.Contain("The last height is now"));

        await _test.AssertGoesOnAsync();
    }

    [Test]
    public async Task Killed_in_its_first_commit_the_chain_starts_from_genesis_again()
    {
        // A = 0
        var first = new RecoveringChain(await LiveChain.StartAsync(new Dictionary<string, string> { [RecoveringChain.FailPoint] = "before_commit:1" }));
        await using var chain = first.Chain;
        var (exitCode, words) = await chain.WaitForNodesEndAsync();
        Assert.That(exitCode, Is.EqualTo(RecoveringChain.Killed), words);
        await chain.KillCometAsync();

        await first.AssertGoesOnAsync();

        await first.KillBothAsync();
        var (code, refusal) = (0, "");
        for (var i = 0; i < 200 && code == 0; i++)
            (code, refusal) = await chain.TryRunAsync("rollback", "--home", chain.Home);
        Assert.That(code, Is.EqualTo(1), refusal);
        Assert.That(refusal, Does.Contain("never the first"));
    }
}
