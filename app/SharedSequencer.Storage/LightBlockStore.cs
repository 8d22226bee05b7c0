namespace SharedSequencer.Storage;

/// <summary>Keeps each height's header, commit and validator set, however CometBFT prunes.</summary>
public sealed class LightBlockStore(NodeDatabase database)
{
    /// <summary>Stores a light block, unless the height has one or its block is gone.</summary>
    /// <param name="lightBlock">Canonical <c>tendermint.types.LightBlock</c>, verified against the block's hash.</param>
    public void Save(long height, ReadOnlySpan<byte> lightBlock)
    {
        var bytes = lightBlock.ToArray();
        database.Write(session => session
            .Prepare("INSERT OR IGNORE INTO light (height, light_block) SELECT height, ? FROM blocks WHERE height = ?")
            .Bind(1, bytes).Bind(2, height).Execute());
    }
}
