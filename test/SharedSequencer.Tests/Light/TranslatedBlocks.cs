using System.Text.Json.Nodes;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Light;

/// <summary>
/// The bisection cases are older than CometBFT: their hashes and signatures are over Tendermint 0.33's encoding, which no
/// present light client takes. So each block is made anew with its own heights, times, powers, votes and links, hashed and
/// signed by today's rules: one key of ours stands for each of their validators.
/// </summary>
internal sealed class TranslatedBlocks
{
    private readonly Dictionary<string, int> _keys = [];
    private readonly Dictionary<string, Hash256> _setHashes = [];
    private readonly Dictionary<string, BlockId> _blockIds = [];

    /// <summary>Today's hash of a block that was made here, by its old one.</summary>
    public Hash256 HashOf(string old) => _blockIds[old].Hash!.Value;

    /// <summary>The blocks of one node, in order.</summary>
    public List<LightBlock> Of(JsonArray blocks) => [.. blocks.Select(block => Of(block!))];

    private LightBlock Of(JsonNode json)
    {
        var (oldSet, set) = (json["validator_set"]!, SetOf(json["validator_set"]!));
        var next = SetOf(json["next_validator_set"]!);
        var header = json["signed_header"]!["header"]!;
        var commit = json["signed_header"]!["commit"]!;
        _setHashes[Text(header, "validators_hash")] = set.Hash();
        _setHashes[Text(header, "next_validators_hash")] = next.Hash();

        // What was no set's hash there would be missing here, too.
        var translated = new Header
        {
            Version = new ConsensusVersion(11, 0),
            ChainId = Text(header, "chain_id"),
            Height = long.Parse(Text(header, "height"), System.Globalization.CultureInfo.InvariantCulture),
            Time = CometTime.Parse(Text(header, "time")),
            LastBlockId = Text(header["last_block_id"]!, "hash") is { Length: > 0 } last ? _blockIds[last] : BlockId.Empty,
            LastCommitHash = HashOrNull(header, "last_commit_hash"),
            DataHash = HashOrNull(header, "data_hash"),
            ValidatorsHash = _setHashes[Text(header, "validators_hash")],
            NextValidatorsHash = _setHashes[Text(header, "next_validators_hash")],
            ConsensusHash = HashOrNull(header, "consensus_hash"),
            AppHash = HexBytes.From(Convert.FromHexString(Text(header, "app_hash"))),
            LastResultsHash = HashOrNull(header, "last_results_hash"),
            EvidenceHash = HashOrNull(header, "evidence_hash"),
            ProposerAddress = SigningKey.Of(KeyOf(Text(header, "proposer_address"))).Public.Address,
        };
        var flags = new Dictionary<ValidatorAddress, BlockIdFlag>();
        foreach (var (validator, vote) in oldSet["validators"]!.AsArray().Zip(commit["signatures"]!.AsArray()))
            flags[SigningKey.Of(KeyOf(Text(validator!, "address"))).Public.Address] = (BlockIdFlag)vote!["block_id_flag"]!.GetValue<int>();
        var block = SignedChain.Sign(translated, set, i => flags[set.Validators[i].Address], commit["round"]!.GetValue<int>());
        _blockIds[Text(commit["block_id"]!, "hash")] = block.Commit.BlockId;
        return block;
    }

    private ValidatorSet SetOf(JsonNode json) => SignedChain.SetOf(json["validators"]!.AsArray().Select(
        validator => (KeyOf(Text(validator!, "address")), long.Parse(Text(validator!, "voting_power"), System.Globalization.CultureInfo.InvariantCulture))));

    private int KeyOf(string address)
    {
        if (!_keys.TryGetValue(address, out var key))
            _keys[address] = key = _keys.Count;
        return key;
    }

    private static Hash256? HashOrNull(JsonNode json, string name) => Text(json, name) is { Length: > 0 } hex ? Hash256.Parse(hex) : null;

    private static string Text(JsonNode json, string name) => json[name]!.GetValue<string>();
}
