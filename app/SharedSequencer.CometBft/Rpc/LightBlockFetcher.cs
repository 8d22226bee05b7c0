using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>
/// Fetches what ABCI does not give an application: the header, the commit and the validator set of a height. All of it
/// is checked against the block hash that FinalizeBlock carried.
/// </summary>
/// <remarks>
/// <para>Which commit is kept: the first that is fetched. Right after Commit that is the one this node saw
/// (<c>canonical: false</c>), later the one that the next block carries. Each holds more than 2/3 of the power for the
/// same block, so each proves it; their absent votes may differ, and the canonical one alone is bound, by the next
/// header's last_commit_hash.</para>
/// <para>Proposer priorities, which no hash covers, are those of the height at which the set was asked for.</para>
/// <para>The power that signed is counted here. The signatures are not checked: CometBFT did that before it called
/// FinalizeBlock, and every light client does it again.</para>
/// </remarks>
public sealed class LightBlockFetcher(CometRpcClient client)
{
    private ValidatorSet? _lastSet;

    /// <summary>The light block of a height.</summary>
    /// <param name="expectedHash">The block hash that FinalizeBlock of that height was given.</param>
    /// <exception cref="CometRpcException">
    /// <see cref="CometRpcFailure.Malformed"/> when an answer does not belong to that block;
    /// <see cref="CometRpcFailure.HeightAhead"/> when CometBFT does not show the height yet.
    /// </exception>
    public async Task<LightBlock> FetchAsync(long height, Hash256 expectedHash, CancellationToken cancellation = default)
    {
        var block = await FetchAsClaimedAsync(height, cancellation);
        var hash = block.Header.Hash();
        if (hash != expectedHash)
            throw Wrong(height, $"its header has the hash {hash}, but the application executed block {expectedHash}");
        if (block.Fault() is { } fault)
            throw Wrong(height, fault);
        if (!block.HasQuorum)
            throw Wrong(height, $"only {block.PowerForBlock} of {block.Validators.TotalVotingPower} power signed it");
        return block;
    }

    /// <summary>What CometBFT says is the light block of a height, by default of the newest; the set is the one that the header names.</summary>
    /// <exception cref="CometRpcException">As for <see cref="FetchAsync"/>.</exception>
    public async Task<LightBlock> FetchAsClaimedAsync(long? height, CancellationToken cancellation = default)
    {
        var signed = (await client.CommitAsync(height, cancellation)).SignedHeader;
        if (signed.Header.ValidatorsHash is not { } validatorsHash)
            throw Wrong(signed.Header.Height, "its header names no validator set");

        // Sets change rarely and headers name them by hash: the question would cost CometBFT as much as the commit's.
        var set = Volatile.Read(ref _lastSet);
        if (set is null || set.Hash() != validatorsHash)
        {
            set = await client.ValidatorsAsync(signed.Header.Height, validatorsHash, cancellation);
            Volatile.Write(ref _lastSet, set);
        }

        return new LightBlock(signed, set);
    }

    /// <summary>The set that signs the next height, checked against this header.</summary>
    /// <exception cref="CometRpcException">
    /// As for <see cref="FetchAsync"/>. <see cref="CometRpcFailure.HeightAhead"/> for a moment after the application's
    /// Commit: CometBFT stores the set only after it.
    /// </exception>
    public Task<ValidatorSet> FetchNextValidatorsAsync(Header header, CancellationToken cancellation = default) =>
        header.NextValidatorsHash is { } hash
            ? client.ValidatorsAsync(header.Height + 1, hash, cancellation)
            : throw Wrong(header.Height, "its header names no next validator set");

    private static CometRpcException Wrong(long height, string why) => new(
        CometRpcFailure.Malformed,
        $"CometBFT's answer for height {height} is not that block: {why}. Does the RPC address belong to this node's own CometBFT?");
}
