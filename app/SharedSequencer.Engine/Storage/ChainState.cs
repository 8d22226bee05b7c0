using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Engine.Storage;

/// <summary>What the next block is made from: CometBFT's state.State.</summary>
/// <param name="InitialHeight">The first block's height.</param>
/// <param name="LastHeight">The last executed and committed height; 0 before the first.</param>
/// <param name="LastBlockTime">Genesis time before the first block.</param>
/// <param name="LastValidators">Of <paramref name="LastHeight"/>; null before the first block.</param>
/// <param name="Validators">Of the next height.</param>
/// <param name="NextValidators">Of the height after it.</param>
/// <param name="Params">Of the next height.</param>
/// <param name="AppVersion">Enters the next header.</param>
/// <param name="AppHash">Enters the next header.</param>
/// <param name="LastResultsHash">Enters the next header.</param>
internal sealed record ChainState(
    string ChainId,
    long InitialHeight,
    long LastHeight,
    BlockId LastBlockId,
    CometTime LastBlockTime,
    ValidatorSet? LastValidators,
    ValidatorSet Validators,
    ValidatorSet NextValidators,
    ConsensusParams Params,
    ulong AppVersion,
    HexBytes AppHash,
    Hash256 LastResultsHash)
{
    public long NextHeight => LastHeight == 0 ? InitialHeight : LastHeight + 1;
}
