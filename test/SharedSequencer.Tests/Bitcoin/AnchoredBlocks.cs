using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Bitcoin;

/// <summary>A few mined regtest blocks with a checkpoint in the first, and honest evidence of it.</summary>
internal sealed class AnchoredBlocks
{
    public const uint BitcoinHeight = 4242;
    public const ulong Height = 77;

    public static readonly ChainTag Tag = new(0xcafe0001);
    public static readonly Hash256 BlockHash = Hash256.Of("block 77"u8);
    public static readonly TaprootKey Key = new(SecretKey.From(Hash256.Of("a key"u8).Span), BitcoinNetwork.Regtest);

    public AnchoredBlocks(int transactions, int index, int confirmations, int seed = 1)
    {
        var random = new Random(seed);
        Transactions = [Coinbase(BitcoinHeight)];
        for (var i = 1; i < transactions; i++)
            Transactions.Add(i == index ? CheckpointTransaction(new Checkpoint(Tag, Height, BlockHash, Hash256.Zero)) : RandomTransaction.Of(random));
        var txids = Transactions.Select(transaction => transaction.Txid).ToList();

        var headers = new List<BlockHeader>();
        var previous = BitcoinHash.Of("parent"u8);
        for (var i = 0; i < confirmations; i++)
        {
            var root = i == 0 ? BitcoinMerkle.Root(txids, out _) : BitcoinHash.From(RandomTransaction.Bytes(random, 32));
            headers.Add(Mine(new BlockHeader(0x20000000, previous, root, 1_700_000_000, BitcoinNetwork.Regtest.PowLimit, 0)));
            previous = headers[^1].Hash;
        }

        Evidence = new AnchorEvidence
        {
            Transaction = Transactions[index],
            Branch = BitcoinMerkle.Branch(txids, index),
            Coinbase = Transactions[0],
            CoinbaseSiblings = BitcoinMerkle.Branch(txids, 0).Siblings,
            Headers = headers,
            BlockHeight = BitcoinHeight,
        };
    }

    public List<BitcoinTransaction> Transactions { get; }

    public AnchorEvidence Evidence { get; }

    public static BitcoinTransaction CheckpointTransaction(Checkpoint checkpoint)
    {
        var coin = new Coin(new OutPoint(BitcoinHash.Of("coin"u8), 1), new TransactionOutput(100_000, Key.ScriptPubKey), 1, IsCoinbase: false);
        return DataTransaction.TryBuild(Key, [coin], OpReturn.Script(checkpoint.Encode()), FeeRate.PerVirtualByte(2), out var transaction, out _)
            ? transaction
            : throw new InvalidOperationException("The coin is too small.");
    }

    public static BitcoinTransaction Coinbase(uint height)
    {
        byte[] script = [2, (byte)(height & 0xff), (byte)(height >> 8), 0, 0, 0];
        return new BitcoinTransaction(
            2, [new TransactionInput(OutPoint.None) { ScriptSig = script }], [new TransactionOutput(5_000_000_000, Key.ScriptPubKey)], 0);
    }

    public static BlockHeader Mine(BlockHeader header)
    {
        while (!header.HasWork(header.Bits))
            header = header with { Nonce = header.Nonce + 1 };
        return header;
    }

    public static BlockHeader WithoutWork(BlockHeader header)
    {
        while (header.HasWork(header.Bits))
            header = header with { Nonce = header.Nonce + 1 };
        return header;
    }
}
