using Microsoft.AspNetCore.Http;
using SharedSequencer.Node.Accounts;
using SharedSequencer.Node.Views;

namespace SharedSequencer.Node.Api;

/// <summary>The state that a proof is asked of: the newest that can be proven, or that of <c>?height=</c>.</summary>
internal static class ProvableParameter
{
    public static Task<ProvableState> ReadAsync(HttpContext context, ChainViews views)
    {
        long? height = Parameters.Query(context, "height") is null
            ? null
            : (long)Parameters.Number(context, "height", 0, 0, long.MaxValue - 1);
        return views.ProvableAsync(height, context.RequestAborted);
    }
}
