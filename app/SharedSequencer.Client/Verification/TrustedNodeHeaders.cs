using System.Net;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Commits;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Verification;

/// <summary>
/// Headers from a node that the caller trusts because it is its own: each one is whole, of the right height, and signed
/// by the validator set that it names itself. Whether that set is the chain's only a light client knows.
/// </summary>
/// <param name="node">The caller's own.</param>
/// <param name="interval">Between two questions for a header that is not there yet; 20 ms when null.</param>
public sealed class TrustedNodeHeaders(SequencerClient node, TimeSpan? interval = null) : ITrustedHeaders
{
    private const int Kept = 256;

    private readonly TimeSpan _interval = interval ?? TimeSpan.FromMilliseconds(20);
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Header> _known = [];

    /// <inheritdoc />
    /// <exception cref="SequencerConnectionException">The node does not answer, or what it gives is no signed header of this height.</exception>
    /// <exception cref="SequencerApiException">The node has pruned the height.</exception>
    public async Task<Header> AtAsync(long height, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        lock (_gate)
        {
            if (_known.TryGetValue(height, out var known))
                return known;
        }

        var header = Read(await FetchAsync(height, cancellation).ConfigureAwait(false), height);
        lock (_gate)
        {
            _known[height] = header;
            if (_known.Count > Kept)
                _known.Remove(_known.Keys.First());
        }

        return header;
    }

    private async Task<LightResponse> FetchAsync(long height, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await node.GetLightAsync(height, cancellation).ConfigureAwait(false);
            }
            catch (SequencerApiException e) when (e is { Status: (int)HttpStatusCode.NotFound, Code: ProblemCodes.NotYet } or { Code: ProblemCodes.NotReady })
            {
                await Task.Delay(_interval, cancellation).ConfigureAwait(false);
            }
        }
    }

    private Header Read(LightResponse answer, long height)
    {
        LightBlock light;
        try
        {
            light = LightBlock.FromProto(answer.LightBlock);
        }
        catch (FormatException e)
        {
            throw new SequencerConnectionException(node.Node, $"The node {node.Node} gave no header of height {height}: {e.Message}", e);
        }

        var fault = light.Header.Height != height ? $"it is of height {light.Header.Height}" : light.Fault() ?? CommitCheck.EveryVote(light)?.Reason;
        return fault is null
            ? light.Header
            : throw new SequencerConnectionException(node.Node, $"The node {node.Node} gave a header of height {height} that does not hold: {fault}");
    }
}
