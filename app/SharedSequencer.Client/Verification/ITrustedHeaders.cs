using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Verification;

/// <summary>Headers that the caller trusts: from a light client, or from a node of its own.</summary>
public interface ITrustedHeaders
{
    /// <summary>The header of a height. Its hash is the hash of its block.</summary>
    /// <param name="height">At least 1. One above the chain's end is waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<Header> AtAsync(long height, CancellationToken cancellation);
}
