using System.Text.Json;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// The poster's file. It is a convenience, not the truth: without it the same is found again in Bitcoin. While it is
/// open no other poster can use it, for one authority alone may spend the key's coins.
/// </summary>
internal sealed class AnchorStore : IDisposable
{
    private readonly string _path;
    private readonly FileStream _lock;

    private AnchorStore(string path, FileStream lockFile)
    {
        _path = path;
        _lock = lockFile;
    }

    /// <exception cref="IOException">Another poster has it open, or the folder cannot be written.</exception>
    public static AnchorStore Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return new AnchorStore(path, new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new IOException($"'{path}' cannot be locked: another relayer uses it, or the folder cannot be written. {e.Message}", e);
        }
    }

    /// <summary>Fills chain and book from the file. False when there is none, or when it cannot be read.</summary>
    /// <param name="problem">Why it cannot be read; the file was put aside as <c>.unreadable</c>. Null when there is none.</param>
    /// <exception cref="FormatException">The file belongs to another network, chain or key.</exception>
    public bool TryLoad(AnchorPosterOptions options, string address, BestChain chain, AnchorBook book, out string? problem)
    {
        problem = null;
        if (!File.Exists(_path))
            return false;
        try
        {
            var state = JsonSerializer.Deserialize(File.ReadAllBytes(_path), AnchorStateContext.Default.AnchorStateText)
                ?? throw new JsonException("It holds null.");
            if (state.Format != AnchorStateText.CurrentFormat)
                throw new JsonException($"Its format is {state.Format}; {AnchorStateText.CurrentFormat} is known.");
            CheckOwner(state, options, address);
            AnchorStateReader.Fill(state, options.ChainTag, chain, book);
            return true;
        }
        catch (JsonException e)
        {
            problem = e.Message;
            File.Move(_path, _path + ".unreadable", overwrite: true);
            return false;
        }
    }

    public void Save(AnchorPosterOptions options, string address, BestChain chain, AnchorBook book)
    {
        var state = new AnchorStateText
        {
            Format = AnchorStateText.CurrentFormat,
            Network = options.Network.Name,
            ChainTag = options.ChainTag.ToString(),
            Address = address,
            Floor = book.Floor,
            FirstHeight = chain.FirstHeight,
            Headers = [.. chain.Headers.Select(header => Convert.ToHexStringLower(header.ToBytes()))],
            Anchors = [.. book.Anchors.Select(Print)],
        };
        DurableFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(state, AnchorStateContext.Default.AnchorStateText));
    }

    public void Dispose() => _lock.Dispose();

    private void CheckOwner(AnchorStateText state, AnchorPosterOptions options, string address)
    {
        if (state.Network != options.Network.Name || state.ChainTag != options.ChainTag.ToString() || state.Address != address)
        {
            throw new FormatException(
                $"'{_path}' belongs to chain {state.ChainTag}, {state.Address} on {state.Network}; this relayer is for chain {options.ChainTag}, {address} on {options.Network.Name}. Use another file, or move this one away.");
        }
    }

    private static AnchorText Print(Anchor anchor) => new()
    {
        Transaction = Convert.ToHexStringLower(anchor.Transaction.ToBytes()),
        Lost = anchor is LostAnchor,
        Losses = anchor.Losses,
        LastLoss = anchor.LastLoss,
        Inclusion = anchor switch
        {
            InBlockAnchor a => Print(a.Inclusion),
            ConfirmedAnchor a => Print(a.Inclusion),
            _ => null,
        },
    };

    private static InclusionText Print(Inclusion inclusion) => new()
    {
        Height = inclusion.Height,
        Block = inclusion.Block.ToString(),
        Index = inclusion.Branch.Index,
        Branch = [.. inclusion.Branch.Siblings.Select(hash => hash.ToString())],
        Coinbase = Convert.ToHexStringLower(inclusion.Coinbase.ToStrippedBytes()),
        CoinbaseBranch = [.. inclusion.CoinbaseSiblings.Select(hash => hash.ToString())],
    };
}
