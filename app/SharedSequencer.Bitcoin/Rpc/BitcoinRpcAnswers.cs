using SharedSequencer.Bitcoin.Wallet;

namespace SharedSequencer.Bitcoin.Rpc;

/// <summary><c>getblockchaininfo</c>.</summary>
public sealed record ChainInfo(string Chain, uint Blocks, BitcoinHash BestBlock, bool InitialBlockDownload, bool Pruned);

/// <summary><c>getblockheader</c>: where a block stands. Confirmations are -1 for a block that is not in the best chain.</summary>
public sealed record BlockPosition(BitcoinHash Hash, uint Height, int Confirmations)
{
    public bool InBestChain => Confirmations >= 0;
}

/// <summary><c>testmempoolaccept</c> for one transaction.</summary>
/// <param name="Reason">bitcoind's reject reason; empty when allowed.</param>
public sealed record MempoolVerdict(BitcoinHash Txid, bool Allowed, string Reason);

/// <summary><c>getmempoolentry</c>.</summary>
/// <param name="Fee">The base fee in satoshi.</param>
public sealed record MempoolEntry(int VirtualSize, ulong Fee, int Ancestors, int Descendants);

/// <summary><c>gettxout</c>.</summary>
public sealed record UnspentOutput(TransactionOutput Output, uint Confirmations, bool IsCoinbase);

/// <summary><c>scantxoutset</c>: all confirmed coins of one script, as of one block.</summary>
public sealed record CoinScan(uint Height, BitcoinHash BestBlock, IReadOnlyList<Coin> Coins);
