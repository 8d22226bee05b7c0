using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Calls;

/// <summary>
/// Reads of the committed state. May run beside every other call, and beside each other when they come on several
/// connections: they must be served from what the last Commit left, without waiting for a running block.
/// </summary>
public interface IQueryCalls
{
    /// <summary>Reports the last <em>committed</em> height and app hash, from which CometBFT replays.</summary>
    ResponseInfo Info(RequestInfo request);

    /// <summary>Reads a value, with its proof when asked.</summary>
    ResponseQuery Query(RequestQuery request);
}
