namespace SharedSequencer.Bench.Load;

/// <summary>One connection that takes transactions in order.</summary>
internal interface ISender : IDisposable
{
    Task ConnectAsync(CancellationToken cancellation);

    /// <summary>Sends some and waits until all are answered.</summary>
    /// <returns>How many were taken.</returns>
    Task<int> SendAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> transactions, CancellationToken cancellation);
}
