using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Light;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Views;

/// <summary>Blocks and light blocks as HTTP and gRPC show them.</summary>
public sealed class BlockViews(ChainReader reader, LightBlocks lightBlocks)
{
    private static readonly TimeSpan s_lightPatience = TimeSpan.FromSeconds(2);

    /// <param name="asked">Null: the newest.</param>
    public BlockResponse Block(long? asked)
    {
        var (block, height, tip, earliest) = reader.Query(chain =>
        {
            var newest = chain.Tip()?.Height ?? 0;
            return (chain.Block(asked ?? newest), asked ?? newest, newest, chain.EarliestHeight());
        });
        return Of(block ?? throw NoBlock(height, tip, earliest));
    }

    /// <param name="asked">Null: the newest that is there.</param>
    public async Task<LightResponse> LightAsync(long? asked, CancellationToken cancellation)
    {
        var (block, kept, height, tip, earliest) = reader.Query(chain =>
        {
            var wanted = asked ?? chain.LightHeight();
            return (chain.Summary(wanted), chain.LightBlock(wanted), wanted, chain.Tip()?.Height ?? 0, chain.EarliestHeight());
        });

        // The first header names the chain's checkpoints: it outlives its block.
        if (block is null && kept is not null)
            return new LightResponse(height, LightBlock.FromProto(kept).Commit.BlockId.Hash!.Value.ToString(), kept);
        if (block is null)
            throw asked is null ? Answer.NotReady("No header and commit have been fetched from CometBFT yet. Try again soon.") : NoBlock(height, tip, earliest);
        var light = await lightBlocks.FindAsync(height, s_lightPatience, cancellation)
            ?? throw Answer.NotReady($"The header and commit of height {height} have not been fetched from CometBFT yet. Try again soon.");
        return new LightResponse(height, block.Hash.ToString(), light);
    }

    private static Exception NoBlock(long height, long tip, long earliest) => tip == 0
        ? Answer.NotYet("There is no block yet.")
        : Answer.NoBlock(height, tip, earliest);

    private static BlockResponse Of(StoredBlock block) => new()
    {
        Height = block.Summary.Height,
        Time = block.Summary.Time.ToDateTimeOffset(),
        Hash = block.Summary.Hash.ToString(),
        AppHash = block.Summary.AppHash.ToString(),
        Proposer = Convert.ToHexString(block.Summary.Proposer.Span),
        Preamble = block.Preamble is { } preamble ? Of(preamble) : null,
        Transactions = [.. block.Transactions.Select(transaction => transaction.Id.ToString())],
        Namespaces = [.. block.Entries.ByNamespace.Keys.Select(id => id.ToString())],
    };

    private static PreambleResponse Of(ReadOnlySpan<byte> bytes) => Preamble.TryDecode(bytes, out var preamble, out var error)
        ? new PreambleResponse(
            Convert.ToHexStringLower(preamble.NamespaceRoot.Span), preamble.EntryCount, preamble.PayloadBytes, preamble.ForcedCount)
        : throw new InvalidDataException($"A committed block has a preamble that cannot be read: {error}");
}
