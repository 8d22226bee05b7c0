using System.Text;
using SharedSequencer.Application.Genesis;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Anchors;

/// <summary>
/// The tag of this chain's checkpoints: from its first header, or, on a node that joined later and never has that header,
/// from the genesis that its CometBFT was started with.
/// </summary>
public sealed class ChainTagSource(ChainReader reader, ChainSource chain, CometRpcClient comet)
{
    private ChainTag? _tag;

    /// <summary>The tag, or null with the reason why it is not known yet.</summary>
    public async Task<(ChainTag? Tag, string Reason)> FindAsync(CancellationToken cancellation)
    {
        if (_tag is null && reader.Query(snapshot => snapshot.FirstLightBlock()) is { } bytes)
            _tag = OfFirst(LightBlock.FromProto(bytes).Header);
        if (_tag is not null)
            return (_tag, "");

        // With block 1 in the store its header is on its way.
        if (reader.Query(snapshot => snapshot.EarliestHeight()) <= 1)
            return (null, "The chain's first header has not been fetched from CometBFT yet.");
        try
        {
            _tag = OfGenesis(await comet.GenesisAsync(cancellation), chain.State.ChainId);
            return (_tag, "");
        }
        catch (CometRpcException error)
        {
            return (null, $"This node has no first header, and its CometBFT's /genesis does not answer: {error.Message}");
        }
        catch (FormatException error)
        {
            return (null, $"This node has no first header, and the genesis of its CometBFT is not this chain's: {error.Message}");
        }
    }

    /// <summary>The tag by the header at the initial height; null for a later header.</summary>
    public static ChainTag? OfFirst(Header first) => first.LastBlockId.IsEmpty
        ? ChainTag.Of(first.ChainId, first.Time.Seconds, (uint)first.Time.Nanos, first.AppHash.Span)
        : null;

    /// <summary>
    /// The same tag by genesis: the first header carries its chain id and time, and the app_hash that the state machine
    /// makes of its app_state.
    /// </summary>
    /// <param name="chainId">What the state that this node serves calls its chain.</param>
    /// <exception cref="FormatException">It is no genesis of that chain.</exception>
    public static ChainTag OfGenesis(GenesisDocument genesis, string chainId)
    {
        if (genesis.ChainId != chainId)
            throw new FormatException($"its chain_id is '{genesis.ChainId}', and this node's state is of '{chainId}'.");
        if (genesis.InitialHeight is not (0 or 1))
            throw new FormatException($"its initial_height is {genesis.InitialHeight}; this chain starts at 1.");
        var (seconds, nanos) = (genesis.GenesisTime.Seconds, genesis.GenesisTime.Nanos);
        var appState = genesis.AppStateJson ?? throw new FormatException("its app_state is missing.");
        var state = ChainState.AtGenesis(GenesisJson.Parse(Encoding.UTF8.GetBytes(appState), genesis.ChainId, new BlockTime(seconds, nanos)));
        return ChainTag.Of(genesis.ChainId, seconds, (uint)nanos, state.AppHash.Span);
    }
}
