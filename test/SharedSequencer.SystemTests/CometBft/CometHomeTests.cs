using NUnit.Framework;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;

namespace SharedSequencer.SystemTests.CometBft;

[TestFixture]
public sealed class CometHomeTests
{
    [TestCase(ProgramKind.CometBft, CometProfile.V038)]
    [TestCase(ProgramKind.CometBftV040, CometProfile.V040)]
    public async Task The_templates_fit_their_version_and_are_put_in_place(ProgramKind kind, CometProfile profile)
    {
        using var folder = new TemporaryFolder();
        var options = Options(kind, profile, folder);
        var home = await CometHome.PrepareAsync(options);
        var config = File.ReadAllText(Path.Combine(home.Path, "config", "config.toml"));
        Assert.That(config, Does.Contain("\nmax_tx_bytes = 524288\n").And.Contain("\nindexer = \"null\"\n"));
        Assert.That(config, Does.Contain("\ntype = \"" + (profile == CometProfile.V038 ? "flood" : "app") + "\"\n"));
        Assert.That(config, Does.Contain("[consensus]").And.Contain("# "), "the rest stays");

        var again = await CometHome.PrepareAsync(options);
        Assert.That(again.NodeId, Is.EqualTo(home.NodeId));
        Assert.That(again.ValidatorKey, Is.EqualTo(home.ValidatorKey));
        Assert.That(File.ReadAllText(Path.Combine(home.Path, "config", "config.toml")), Is.EqualTo(config));
    }

    [Test]
    public void A_key_of_another_version_is_refused_by_its_name()
    {
        using var folder = new TemporaryFolder();
        var options = Options(ProgramKind.CometBft, CometProfile.V040, folder);
        Assert.That(
            () => CometHome.PrepareAsync(options),
            Throws.InstanceOf<FormatException>().With.Message.Contains("no key 'mempool.reap_interval'"));
    }

    [Test]
    public async Task The_fast_path_makes_blocks_with_the_templates_alone()
    {
        await using var node = await CometNode.StartAsync(ProgramKind.CometBftV040, CometProfile.V040, []);
        var status = await node.WaitForHeightAsync(5);
        var block = await node.Client.BlockAsync(status.LatestHeight - 1);
        Assert.That(block.Fault(), Is.Null);
        Assert.That((await node.Client.GenesisAsync()).ConsensusParams.MaximumBlockBytes, Is.EqualTo(4 * 1024 * 1024));
    }

    [Test]
    public async Task Two_validators_find_each_other_and_need_each_other()
    {
        using var folder = new TemporaryFolder();
        var first = await CometHome.PrepareAsync(Options(ProgramKind.CometBft, CometProfile.V038, folder, "a"));
        var second = await CometHome.PrepareAsync(Options(ProgramKind.CometBft, CometProfile.V038, folder, "b"));
        first.WriteGenesis(new CometGenesis(
            "two", CometTime.From(DateTimeOffset.UtcNow), null, [(first.ValidatorKey, 1), (second.ValidatorKey, 1)]));
        second.CopyGenesisFrom(first);
        int[] ports = [FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next()];
        var starts = new CometStart[]
        {
            new("kvstore", ports[0], ports[1], [second.PeerAddress(ports[3])]),
            new("kvstore", ports[2], ports[3], [first.PeerAddress(ports[1])]),
        };
        await using var a = ManagedProcess.Start(first.Start(starts[0], folder.File("a.log")));
        await using var b = ManagedProcess.Start(second.Start(starts[1], folder.File("b.log")));
        using var client = new CometRpcClient(new() { Address = starts[1].RpcAddress });
        await CometNode.PollAsync(
            "height 3",
            async () => (await client.StatusAsync()).LatestHeight >= 3 ? client : null,
            a);
        Assert.That((await client.CommitAsync(2)).SignedHeader.Commit.Signatures.Length, Is.EqualTo(2));
    }

    private static CometHomeOptions Options(ProgramKind kind, CometProfile profile, TemporaryFolder folder, string name = "home") => new()
    {
        Program = CometNode.Program(kind),
        Home = folder.File(name),
        Templates = CometNode.Templates,
        Profile = profile,
        Moniker = name,
        LocalPeers = true,
    };
}
