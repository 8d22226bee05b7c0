using Microsoft.Extensions.Logging;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Relayer.Anchoring;

/// <summary>
/// What there is to anchor, as the node tells it: the newest block from its verified header, and the first block with
/// transactions that no checkpoint covers. Blocks are looked at once each.
/// </summary>
internal sealed partial class NodeAnchorSource(SequencerClient node, ILogger<NodeAnchorSource> logger) : IAnchorSource
{
    /// <summary>How many blocks one look goes on, so that a long chain does not hold up everything else.</summary>
    private const int BlocksPerLook = 500;

    private ulong _covered;
    private ulong _looked;
    private FinalBlock? _firstUncovered;

    public async ValueTask<AnchorWork?> GetWorkAsync(ulong coveredHeight, CancellationToken cancellationToken)
    {
        try
        {
            var newest = await NewestAsync(cancellationToken);
            if (coveredHeight != _covered)
                StartAfter(coveredHeight);
            var last = Math.Min(newest.Height, _looked + BlocksPerLook);
            while (_firstUncovered is null && _looked < last)
            {
                var block = await node.GetBlockAsync((long)_looked + 1, cancellationToken);
                if (block.Preamble is not null)
                    _firstUncovered = new FinalBlock((ulong)block.Height, Hash256.Parse(block.Hash), block.Time);
                _looked++;
            }

            return new AnchorWork(newest, _firstUncovered);
        }
        catch (Exception e) when (e is SequencerApiException or SequencerConnectionException or FormatException or InvalidDataException)
        {
            LogUnknown(e.Message);
            return null;
        }
    }

    public async ValueTask<Hash256?> GetBlockHashAsync(ulong height, CancellationToken cancellationToken)
    {
        try
        {
            return (await LightAsync((long)height, cancellationToken)).Header.Hash();
        }
        catch (Exception e) when (e is SequencerApiException or SequencerConnectionException or FormatException or InvalidDataException)
        {
            LogUnknown(e.Message);
            return null;
        }
    }

    /// <summary>The header of a height with its commit and validators, checked to belong together.</summary>
    public async Task<LightBlock> LightAsync(long? height, CancellationToken cancellationToken)
    {
        var answer = await node.GetLightAsync(height, cancellationToken);
        var light = LightBlock.FromProto(answer.LightBlock);
        if (light.Fault() is { } fault)
            throw new InvalidDataException($"The node's header at height {answer.Height} is refused: {fault}.");
        if (height is not null && light.Header.Height != height)
            throw new InvalidDataException($"The node sent the header of height {light.Header.Height} for height {height}.");
        return light;
    }

    private async Task<FinalBlock> NewestAsync(CancellationToken cancellationToken)
    {
        var header = (await LightAsync(null, cancellationToken)).Header;
        return new FinalBlock((ulong)header.Height, header.Hash(), header.Time.ToDateTimeOffset());
    }

    private void StartAfter(ulong coveredHeight)
    {
        // A reorg can lower what is covered: look again from there. Otherwise go on where the look stands.
        _looked = coveredHeight < _covered ? coveredHeight : Math.Max(_looked, coveredHeight);
        if (_firstUncovered is not null && (_firstUncovered.Height <= coveredHeight || coveredHeight < _covered))
        {
            _looked = coveredHeight;
            _firstUncovered = null;
        }

        _covered = coveredHeight;
    }

    [LoggerMessage(1, LogLevel.Warning, "What to anchor is not known: {Reason}")]
    private partial void LogUnknown(string reason);
}
