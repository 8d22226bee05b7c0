using Microsoft.AspNetCore.Http;
using SharedSequencer.Node.Accounts;
using SharedSequencer.Node.Chain;

namespace SharedSequencer.Node.Api;

/// <summary>The state that a proof is asked of: the newest that can be proven, or that of <c>?height=</c>.</summary>
internal static class ProvableParameter
{
    /// <summary>A light block is stored a moment after its block, and after a start the next block may be a heartbeat away.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    public static async Task<ProvableState> ReadAsync(HttpContext context, ChainSource chain, AccountProver prover)
    {
        if (Parameters.Query(context, "height") is null)
        {
            return await prover.NewestAsync(s_patience, context.RequestAborted)
                ?? throw Answer.NotReady("No state has a header after it yet that carries its app_hash. Try again soon.");
        }

        var height = (long)Parameters.Number(context, "height", 0, 0, long.MaxValue - 1);
        if (chain.StateAt(height) is null)
            throw Answer.NoState(height, chain.State.Height);
        return await prover.AtAsync(height, s_patience, context.RequestAborted)
            ?? throw Answer.NotReady($"The header of height {height + 1}, which carries the app_hash of height {height}, is not there yet. Try again soon.");
    }
}
