namespace SharedSequencer.Bitcoin;

/// <summary>A block whose transactions are those of its header's Merkle root. Its proof of work is not checked here.</summary>
public sealed class BitcoinBlock
{
    /// <summary>The largest block, in bytes (BIP 141: 4,000,000 weight units).</summary>
    public const int MaximumBytes = 4_000_000;

    private const int LeastTransactionBytes = 60;

    private BitcoinBlock(BlockHeader header, IReadOnlyList<BitcoinTransaction> transactions)
    {
        Header = header;
        Transactions = transactions;
    }

    public BlockHeader Header { get; }

    /// <summary>In block order; the coinbase is the first.</summary>
    public IReadOnlyList<BitcoinTransaction> Transactions { get; }

    public BitcoinHash Hash => Header.Hash;

    /// <summary>The txids in block order.</summary>
    public BitcoinHash[] Txids()
    {
        var txids = new BitcoinHash[Transactions.Count];
        for (var i = 0; i < txids.Length; i++)
            txids[i] = Transactions[i].Txid;
        return txids;
    }

    /// <summary>Reads a whole block.</summary>
    /// <exception cref="FormatException">Bad form, transactions of another Merkle root, or an ambiguous tree.</exception>
    public static BitcoinBlock Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length > MaximumBytes)
            throw new FormatException($"Not a Bitcoin block: {data.Length} bytes, at most {MaximumBytes} are possible.");
        var reader = new BitcoinReader(data);
        var header = BlockHeader.Read(ref reader);
        var transactions = new BitcoinTransaction[reader.Count(LeastTransactionBytes)];
        for (var i = 0; i < transactions.Length; i++)
            transactions[i] = BitcoinTransaction.Read(ref reader);
        if (reader.Remaining != 0)
            throw new FormatException($"Not a Bitcoin block: {reader.Remaining} bytes follow its end.");
        if (transactions.Length == 0 || !transactions[0].IsCoinbase)
            throw new FormatException("Not a Bitcoin block: its first transaction is no coinbase.");

        var block = new BitcoinBlock(header, transactions);
        var root = BitcoinMerkle.Root(block.Txids(), out var ambiguous);
        if (root != header.MerkleRoot || ambiguous)
            throw new FormatException($"Block {header.Hash}: its transactions are not those of its Merkle root.");
        return block;
    }
}
