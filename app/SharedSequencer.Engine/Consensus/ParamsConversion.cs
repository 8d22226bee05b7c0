using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SharedSequencer.CometBft.Types;
using Wire = SharedSequencer.AbciProto.Types;

namespace SharedSequencer.Engine.Consensus;

/// <summary>Consensus parameters between CometBFT's JSON form and ABCI's.</summary>
internal static class ParamsConversion
{
    private const int NanosPerSecond = 1_000_000_000;

    public static Wire.ConsensusParams ToWire(ConsensusParams parameters) => new()
    {
        Block = new Wire.BlockParams { MaxBytes = parameters.MaximumBlockBytes, MaxGas = parameters.MaximumBlockGas },
        Evidence = new Wire.EvidenceParams
        {
            MaxAgeNumBlocks = parameters.EvidenceMaximumAgeBlocks,
            MaxAgeDuration = new Duration
            {
                Seconds = parameters.EvidenceMaximumAgeNanoseconds / NanosPerSecond,
                Nanos = (int)(parameters.EvidenceMaximumAgeNanoseconds % NanosPerSecond),
            },
            MaxBytes = parameters.EvidenceMaximumBytes,
        },
        Validator = new Wire.ValidatorParams { PubKeyTypes = { parameters.PublicKeyTypes } },
        Version = new Wire.VersionParams { App = parameters.AppVersion },
        Abci = new Wire.ABCIParams { VoteExtensionsEnableHeight = parameters.VoteExtensionsEnableHeight },
    };

    /// <summary>What the application changes: a part that is present replaces all of its fields.</summary>
    public static ConsensusParams Update(ConsensusParams parameters, Wire.ConsensusParams? update)
    {
        if (update is null)
            return parameters;
        if (update.Block is { } block)
            parameters = parameters with { MaximumBlockBytes = block.MaxBytes, MaximumBlockGas = block.MaxGas };
        if (update.Evidence is { } evidence)
        {
            parameters = parameters with
            {
                EvidenceMaximumAgeBlocks = evidence.MaxAgeNumBlocks,
                EvidenceMaximumAgeNanoseconds = ((evidence.MaxAgeDuration?.Seconds ?? 0) * NanosPerSecond) + (evidence.MaxAgeDuration?.Nanos ?? 0),
                EvidenceMaximumBytes = evidence.MaxBytes,
            };
        }

        if (update.Validator is { } validator)
            parameters = parameters with { PublicKeyTypes = [.. validator.PubKeyTypes] };
        if (update.Version is { } version)
            parameters = parameters with { AppVersion = version.App };
        if (update.Abci is { } abci)
            parameters = parameters with { VoteExtensionsEnableHeight = abci.VoteExtensionsEnableHeight };
        return parameters;
    }

    public static byte[] ToBytes(ConsensusParams parameters) => ToWire(parameters).ToByteArray();

    public static ConsensusParams FromBytes(byte[] bytes) =>
        Update(new ConsensusParams(0, 0, 0, 0, 0, [], 0, 0), Wire.ConsensusParams.Parser.ParseFrom(bytes));
}
