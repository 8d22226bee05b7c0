using System.Globalization;
using System.Text.Json.Nodes;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Programs;

namespace SharedSequencer.Devnet.Networks;

/// <summary>The genesis that all validators of a local network share.</summary>
internal static class NetworkGenesis
{
    private const ulong CoinsOfDeveloper = 1_000_000_000_000;
    private const ulong CoinsOfGateway = 100_000_000_000;
    private const long PowerOfValidator = 10;

    public static void Write(LocalNetwork network, IReadOnlyList<ValidatorNode> validators)
    {
        var state = new JsonObject
        {
            ["accounts"] = new JsonArray(
                Account(network.Keys.Developer.PublicKey.ToString(), CoinsOfDeveloper),
                Account(network.Keys.Gateway.PublicKey.ToString(), CoinsOfGateway)),
            ["parameters"] = new JsonObject
            {
                ["base_fee_per_byte"] = "1",
                ["max_transaction_lifetime"] = "86400",
                ["minimum_namespace_deposit"] = "1000000",
                ["chain_fee_target_bytes_per_second"] = "4000000",
                ["chain_fee_update_bytes"] = "64000000",
                ["namespace_fee_target_bytes_per_second"] = "2000000",
                ["namespace_fee_update_bytes"] = "32000000",
            },
        };
        validators[0].WriteGenesis(new CometGenesis(
            network.Plan.ChainId,
            CometTime.From(DateTimeOffset.UtcNow),
            state.ToJsonString(),
            [.. validators.Select(v => (v.ValidatorKey, PowerOfValidator))],
            network.Plan.ConsensusParameters));
        foreach (var validator in validators.Skip(1))
            validator.CopyGenesisFrom(validators[0]);
    }

    private static JsonObject Account(string address, ulong balance) => new()
    {
        ["address"] = address,
        ["balance"] = balance.ToString(CultureInfo.InvariantCulture),
    };
}
