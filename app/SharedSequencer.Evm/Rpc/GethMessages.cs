namespace SharedSequencer.Evm.Rpc;

/// <summary>What geth says in prose alone.</summary>
public static class GethMessages
{
    /// <summary>
    /// True when geth cannot look a transaction up because it has not indexed its first blocks yet: it is not known to be
    /// missing, and the answer comes within moments.
    /// </summary>
    public static bool IsIndexing(string message) => message.Contains("indexing is in progress", StringComparison.Ordinal);
}
