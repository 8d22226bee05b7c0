using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Anchors;

/// <summary>The tag of this chain's checkpoints, from its first header.</summary>
public sealed class ChainTagSource(ChainReader reader)
{
    private ChainTag? _tag;

    /// <summary>The tag, or null until the first header has been fetched.</summary>
    public ChainTag? Find()
    {
        if (_tag is not null)
            return _tag;
        if (reader.Query(chain => chain.FirstLightBlock()) is not { } bytes)
            return null;

        var first = LightBlock.FromProto(bytes).Header;
        if (!first.LastBlockId.IsEmpty)
            return null;
        _tag = ChainTag.Of(first.ChainId, first.Time.Seconds, (uint)first.Time.Nanos, first.AppHash.Span);
        return _tag;
    }
}
