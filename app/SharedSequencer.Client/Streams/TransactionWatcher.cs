using System.Runtime.CompilerServices;
using System.Text.Json;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client.Transport;
using SharedSequencer.Primitives;

namespace SharedSequencer.Client.Streams;

/// <summary>Follows one transaction up the ladder, over any number of connections; a repeated step is reported once.</summary>
internal sealed class TransactionWatcher(ApiTransport transport, Hash256 id)
{
    public async IAsyncEnumerable<TransactionStatusResponse> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var subscription = new EventSubscription(transport, () => ($"transactions/{id}/events", null));
        TransactionStatusResponse? last = null;
        while (last is null || !(TransactionLadder.IsEnd(last.Status) || last.Status == TransactionStatuses.Firm))
        {
            var received = await subscription.NextAsync(cancellation).ConfigureAwait(false);
            if (received.Name != "status")
                continue;
            var status = Read(received);
            if (status == last)
                continue;
            last = status;
            yield return status;
        }
    }

    private TransactionStatusResponse Read(ServerSentEvent received)
    {
        try
        {
            var status = JsonSerializer.Deserialize(received.Data.Span, ApiJson.Default.TransactionStatusResponse)!;
            return status.Id == id.ToString()
                ? status
                : throw transport.Fault($"sent the status of transaction {status.Id} instead of {id}.");
        }
        catch (JsonException e)
        {
            throw transport.Fault($"sent a status that is not understood: {e.Message}", e);
        }
    }
}
