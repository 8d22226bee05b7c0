using NUnit.Framework;
using SharedSequencer.Application.Genesis;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Node.Anchors;
using SharedSequencer.Node.Genesis;
using SharedSequencer.Primitives;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Tests.Node;

internal sealed class ChainTagSourceTests
{
    private static readonly GenesisRequest s_request = new()
    {
        ChainId = "test-1",
        Accounts = [$"{AccountId.From(Hash256.Of("a"u8).Span)}=1000"],
        Validators = [$"{Convert.ToBase64String(Hash256.Of("v"u8).Span)}=10"],
        Time = CometTime.Parse("2026-01-31T12:00:00.000000007Z"),
    };

    [Test]
    public void Genesis_and_the_first_header_give_the_same_tag()
    {
        var genesis = s_request.ToDocument();
        var appHash = ChainState.AtGenesis(GenesisJson.Parse(
            System.Text.Encoding.UTF8.GetBytes(genesis.AppStateJson!), genesis.ChainId,
            new BlockTime(genesis.GenesisTime.Seconds, genesis.GenesisTime.Nanos))).AppHash;
        var first = Client.TestBlock.LightBlockOf(HeaderOf(genesis.GenesisTime, appHash)).Header;

        Assert.That(ChainTagSource.OfGenesis(genesis, "test-1"), Is.EqualTo(ChainTagSource.OfFirst(first)));
    }

    [Test]
    public void A_later_header_gives_none() =>
        Assert.That(ChainTagSource.OfFirst(new Client.TestBlock(2, [], []).LightBlock.Header), Is.Null);

    [Test]
    public void Another_chains_genesis_is_refused_with_the_reason()
    {
        var genesis = s_request.ToDocument();
        Assert.That(() => ChainTagSource.OfGenesis(genesis, "test-2"), Throws.TypeOf<FormatException>().With.Message.Contains("'test-1'").And.Message.Contains("'test-2'"));
        Assert.That(() => ChainTagSource.OfGenesis(genesis with { InitialHeight = 5 }, "test-1"), Throws.TypeOf<FormatException>().With.Message.Contains("initial_height is 5"));
        Assert.That(() => ChainTagSource.OfGenesis(genesis with { AppStateJson = null }, "test-1"), Throws.TypeOf<FormatException>().With.Message.Contains("missing"));
        Assert.That(() => ChainTagSource.OfGenesis(genesis with { AppStateJson = "{}" }, "test-1"), Throws.TypeOf<FormatException>().With.Message.Contains("accounts"));
    }

    private static Header HeaderOf(CometTime time, Hash256 appHash) => new Client.TestBlock(1, [], []).LightBlock.Header with
    {
        ChainId = "test-1",
        Time = time,
        LastBlockId = BlockId.Empty,
        AppHash = HexBytes.From(appHash.Span),
    };
}
