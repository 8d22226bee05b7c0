using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client.Transport;

namespace SharedSequencer.Client;

/// <summary>The node's admin listener, which answers on loopback to whoever knows the token.</summary>
/// <remarks>Exceptions are those of <see cref="SequencerClient"/>; a wrong token is HTTP 401, <c>unauthorized</c>.</remarks>
public sealed class SequencerAdminClient : IDisposable
{
    private readonly ApiTransport _transport;
    private readonly string _token;

    /// <param name="admin">The listener's address, without <c>/v1</c>.</param>
    /// <param name="token">The content of the node's token file; spaces around it do not matter.</param>
    public SequencerAdminClient(Uri admin, string token, HttpClient? http = null, SequencerClientOptions? options = null)
    {
        _transport = new ApiTransport(admin, http, options ?? new SequencerClientOptions());
        _token = token.Trim();
    }

    public void Dispose() => _transport.Dispose();

    /// <summary>
    /// Reports where a checkpoint stands in Bitcoin, with its evidence; again with more headers as it gets deeper.
    /// </summary>
    /// <exception cref="SequencerApiException">Code <c>anchor_refused</c>: the evidence does not hold.</exception>
    public Task ReportAnchorAsync(AnchorEvidence evidence, CancellationToken cancellation = default) =>
        _transport.PostJsonAsync("anchors", evidence, ApiJson.Default.AnchorEvidence, _token, cancellation);

    /// <summary>Reports that a Bitcoin reorganisation took an anchor away.</summary>
    public Task ReportAnchorLostAsync(AnchorLostReport report, CancellationToken cancellation = default) =>
        _transport.PostJsonAsync("anchors/lost", report, ApiJson.Default.AnchorLostReport, _token, cancellation);
}
