using System.Text.Json;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>Reads the parts of the poster's file. Whatever is wrong is a <see cref="JsonException"/>: the file is then set aside.</summary>
internal static class AnchorStateReader
{
    public static void Fill(AnchorStateText state, ChainTag tag, BestChain chain, AnchorBook book)
    {
        // All is read before anything is kept, so that a bad file leaves nothing behind.
        List<BlockHeader> headers;
        List<Anchor> anchors;
        try
        {
            headers = [.. state.Headers.Select(hex => BlockHeader.Parse(Convert.FromHexString(hex)))];
            anchors = [.. state.Anchors.Select(anchor => Read(anchor ?? throw new FormatException("An anchor is null."), tag))];
        }
        catch (Exception e) when (e is FormatException or ArgumentNullException)
        {
            throw new JsonException(e.Message, e);
        }

        for (var i = 1; i < headers.Count; i++)
        {
            if (headers[i].Previous != headers[i - 1].Hash)
                throw new JsonException($"Header {i} does not build on the one before.");
        }

        if (anchors.DistinctBy(anchor => anchor.Txid).Count() != anchors.Count)
            throw new JsonException("An anchor is listed twice.");

        chain.Restart(state.FirstHeight);
        foreach (var header in headers)
            chain.Append(header);
        book.RaiseFloor(state.Floor);
        foreach (var anchor in anchors)
            book.Add(anchor);
        book.Recount();
    }

    private static Anchor Read(AnchorText text, ChainTag tag)
    {
        var transaction = BitcoinTransaction.Parse(Convert.FromHexString(text.Transaction));
        if (!Checkpoint.TryFind(transaction, tag, out var checkpoint))
            throw new FormatException($"Transaction {transaction.Txid} carries no checkpoint.");
        Anchor anchor = text switch
        {
            { Lost: true } => new LostAnchor(checkpoint, transaction),
            { Inclusion: { } inclusion } => new InBlockAnchor(checkpoint, transaction, Read(inclusion)),
            _ => new PostedAnchor(checkpoint, transaction),
        };
        return anchor with { Losses = text.Losses, LastLoss = text.LastLoss };
    }

    private static Inclusion Read(InclusionText text) => new(
        text.Height,
        BitcoinHash.Parse(text.Block),
        new MerkleBranch(text.Index, Read(text.Branch)),
        BitcoinTransaction.Parse(Convert.FromHexString(text.Coinbase)),
        Read(text.CoinbaseBranch));

    private static BitcoinHash[] Read(IReadOnlyList<string> hashes) => [.. hashes.Select(hash => BitcoinHash.Parse(hash))];
}
