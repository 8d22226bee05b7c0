using SharedSequencer.Client.Transport;

namespace SharedSequencer.Client.Streams;

/// <summary>A stream of events that is opened again, where the caller says, whenever it breaks.</summary>
/// <param name="where">The path and Last-Event-ID for the next connection: asked each time.</param>
internal sealed class EventSubscription(ApiTransport transport, Func<(string Path, string? LastEventId)> where) : IDisposable
{
    private readonly Backoff _backoff = new(transport.Options);
    private HttpResponseMessage? _response;
    private EventStreamReader? _reader;

    /// <summary>The next event, whatever number of connections it takes.</summary>
    /// <exception cref="SequencerApiException">The node refuses, and asking again would not help.</exception>
    /// <exception cref="SequencerConnectionException">The stream could not be restored in the time allowed.</exception>
    public async Task<ServerSentEvent> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Exception fault;
            try
            {
                _reader ??= await ConnectAsync(cancellation).ConfigureAwait(false);
                if (await ReadAsync(_reader, cancellation).ConfigureAwait(false) is { } received)
                {
                    _backoff.Reset();
                    return received;
                }

                fault = transport.Fault("ended its stream.");
            }
            catch (Exception e) when (IsTransient(e))
            {
                fault = e;
            }

            await ReopenAsync(fault, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Drops the connection because of <paramref name="fault"/>, and waits before the next one.</summary>
    public Task ReopenAsync(Exception fault, CancellationToken cancellation)
    {
        Dispose();
        return _backoff.WaitAsync(fault, cancellation);
    }

    public void Dispose()
    {
        _response?.Dispose();
        _response = null;
        _reader = null;
    }

    private async Task<EventStreamReader> ConnectAsync(CancellationToken cancellation)
    {
        var (path, lastEventId) = where();
        _response = await transport.OpenStreamAsync(path, lastEventId, cancellation).ConfigureAwait(false);
        var stream = await _response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return new EventStreamReader(stream, transport.Options.MaximumResponseBytes, transport.Options.StreamIdleTimeout);
    }

    private async Task<ServerSentEvent?> ReadAsync(EventStreamReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (transport.AsConnectionFault(e, cancellation) is { } fault)
        {
            throw fault;
        }
    }

    private static bool IsTransient(Exception error) =>
        error is SequencerConnectionException or SequencerApiException { Status: 408 or 429 or >= 500 };
}
