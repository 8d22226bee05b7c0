namespace SharedSequencer.Abci.Calls;

/// <summary>
/// A transaction that went through the pure phase and waits to be admitted to the pool or refused.
/// </summary>
/// <typeparam name="TResponse">ResponseCheckTx or ResponseInsertTx.</typeparam>
public interface IAdmission<out TResponse>
{
    /// <summary>
    /// The second phase: against the committed state and the pool. Made one at a time over all connections, on each
    /// connection in the order in which the requests arrived. It should take microseconds: it is the serial part.
    /// </summary>
    TResponse Admit();
}

/// <summary>An answer that the pure phase could already give, such as a refusal of what does not decode.</summary>
public sealed class DecidedAdmission<TResponse>(TResponse response) : IAdmission<TResponse>
{
    public TResponse Admit() => response;
}
