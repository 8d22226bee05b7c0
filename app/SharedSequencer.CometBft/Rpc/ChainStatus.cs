using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>A CometBFT node's answer to <c>status</c>.</summary>
/// <param name="NodeId">40 lower hex digits: the node's name in the peer-to-peer network.</param>
/// <param name="Version">CometBFT's own; v0.40.0 says 0.39.0 here, so nothing may depend on it.</param>
/// <param name="LatestBlockHash">Null before the first block.</param>
/// <param name="LatestHeight">0 before the first block.</param>
/// <param name="EarliestHeight">The lowest height that the node has not pruned.</param>
/// <param name="CatchingUp">True while it still fetches old blocks.</param>
/// <param name="ValidatorKey">This node's own key, whether or not it is a validator.</param>
/// <param name="VotingPower">0 when it is none.</param>
public sealed record ChainStatus(
    string NodeId,
    string ChainId,
    string Version,
    Hash256? LatestBlockHash,
    HexBytes LatestAppHash,
    long LatestHeight,
    CometTime LatestBlockTime,
    long EarliestHeight,
    bool CatchingUp,
    ConsensusKey ValidatorKey,
    long VotingPower)
{
    internal static ChainStatus Read(JsonField json)
    {
        var node = json.Get("node_info");
        var sync = json.Get("sync_info");
        var validator = json.Get("validator_info");
        return new ChainStatus(
            node.Get("id").Text(),
            node.Get("network").Text(),
            node.Get("version").Text(),
            sync.Get("latest_block_hash").OptionalHash(),
            sync.Get("latest_app_hash").Hex(),
            sync.Get("latest_block_height").Int64(),
            sync.Get("latest_block_time").Time(),
            sync.Get("earliest_block_height").Int64(),
            sync.Get("catching_up").Boolean(),
            CometJsonReader.ConsensusKey(validator.Get("pub_key")),
            validator.Get("voting_power").Int64());
    }
}
