using System.Text;
using SharedSequencer.Application;
using SharedSequencer.Application.Genesis;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Blocks;

namespace SharedSequencer.Node.Genesis;

/// <summary>What a genesis must be so that the chain can run: checked before it starts, as it cannot be changed afterwards.</summary>
internal static class GenesisRules
{
    /// <summary>A block that holds the largest transaction beside everything else has room from here on.</summary>
    public const long LeastBlockBytes = 1024 * 1024;

    /// <summary>21 MiB, the largest block that CometBFT's releases ever had as their default.</summary>
    public const long MostBlockBytes = 22_020_096;

    private const long MostPower = long.MaxValue / 8;

    // CometBFT's types/block.go: what a block's frame, header and commit can take.
    private const long FrameBytes = 11;
    private const long HeaderBytes = 626;
    private const long CommitBytes = 94;
    private const long CommitSignatureBytes = 109 + 2;

    // A transaction's tag and length in the list of a block.
    private const long ItemFramingBytes = 1 + 4;

    /// <summary>All that is wrong, a sentence each; nothing when the chain can start.</summary>
    public static List<string> Faults(GenesisDocument genesis)
    {
        List<string> faults = [];
        if (genesis.ChainId.Length is 0 or > Limits.ChainIdLength)
            faults.Add($"chain_id is '{genesis.ChainId}': 1 to {Limits.ChainIdLength} characters are needed.");

        // CometBFT takes 0 for 1.
        if (genesis.InitialHeight is not (0 or 1))
            faults.Add($"initial_height is {genesis.InitialHeight}: the chain starts at 1.");
        if (!genesis.AppHash.IsEmpty)
            faults.Add($"app_hash is {genesis.AppHash}: leave it empty, the application gives it.");
        CheckParameters(genesis.ConsensusParams, genesis.Validators.Length, faults);
        CheckValidators(genesis, faults);
        CheckAppState(genesis, faults);
        return faults;
    }

    private static void CheckParameters(ConsensusParams parameters, int validators, List<string> faults)
    {
        const string Path = "consensus_params";
        var blockBytes = parameters.MaximumBlockBytes;
        if (blockBytes is < LeastBlockBytes or > MostBlockBytes)
        {
            faults.Add($"{Path}.block.max_bytes is {blockBytes}: from {LeastBlockBytes} to {MostBlockBytes} is allowed; 4194304 is a good value.");
        }
        else
        {
            var room = blockBytes - FrameBytes - HeaderBytes - CommitBytes - (CommitSignatureBytes * validators) - parameters.EvidenceMaximumBytes;
            var needed = Limits.TransactionBytes + Preamble.MaximumLength + (2 * ItemFramingBytes);
            if (room < needed)
            {
                faults.Add(
                    $"{Path}.block.max_bytes is {blockBytes}: beside {parameters.EvidenceMaximumBytes} bytes of evidence, header and commit "
                    + $"{room} are left, and the largest transaction with its preamble takes {needed}. Raise it, or lower evidence.max_bytes.");
            }
        }

        if (parameters.MaximumBlockGas != -1)
            faults.Add($"{Path}.block.max_gas is {parameters.MaximumBlockGas}: gas is not used here, set it to -1.");
        if (parameters.EvidenceMaximumAgeBlocks < 1 || parameters.EvidenceMaximumAgeNanoseconds < 1)
            faults.Add($"{Path}.evidence: both ages must be above 0.");
        if (parameters.PublicKeyTypes is not ["ed25519"])
            faults.Add($"{Path}.validator.pub_key_types is [{string.Join(", ", parameters.PublicKeyTypes)}]: [ed25519] is needed.");
        if (parameters.VoteExtensionsEnableHeight != 0)
            faults.Add($"{Path}.abci.vote_extensions_enable_height is {parameters.VoteExtensionsEnableHeight}: this version extends no votes, set it to 0.");
        if (parameters.AppVersion == 0)
        {
            faults.Add(
                $"{Path}.version.app is 0 or missing: after 'cometbft rollback' a node would take the version from here and refuse every block, "
                + $"as their headers say {SequencerApplication.AppVersion}. Set it to \"{SequencerApplication.AppVersion}\".");
        }
        else if (parameters.AppVersion != SequencerApplication.AppVersion)
        {
            faults.Add(
                $"{Path}.version.app is {parameters.AppVersion}: this program is version {SequencerApplication.AppVersion}. "
                + $"Set it to \"{SequencerApplication.AppVersion}\", or use the program of that version.");
        }
    }

    private static void CheckValidators(GenesisDocument genesis, List<string> faults)
    {
        if (genesis.Validators.IsEmpty)
            faults.Add("validators is empty: at least one is needed.");
        HashSet<ValidatorAddress> seen = [];
        Int128 total = 0;
        foreach (var validator in genesis.Validators)
        {
            if (!seen.Add(validator.PublicKey.Address))
                faults.Add($"validators names {validator.PublicKey.Address} twice.");
            if (validator.Power < 1)
                faults.Add($"validator {validator.PublicKey.Address} has power {validator.Power}: at least 1 is needed.");
            total += validator.Power;
        }

        if (total > MostPower)
            faults.Add($"The validators have {total} power together: at most {MostPower} is allowed.");
    }

    private static void CheckAppState(GenesisDocument genesis, List<string> faults)
    {
        if (genesis.AppStateJson is null)
        {
            faults.Add("app_state is missing.");
            return;
        }

        try
        {
            _ = GenesisJson.Parse(
                Encoding.UTF8.GetBytes(genesis.AppStateJson), genesis.ChainId, new BlockTime(genesis.GenesisTime.Seconds, genesis.GenesisTime.Nanos));
        }
        catch (FormatException error)
        {
            faults.Add(error.Message);
        }
    }
}
