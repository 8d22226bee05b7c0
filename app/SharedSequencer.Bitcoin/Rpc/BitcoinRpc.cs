using System.Text.Json.Nodes;
using SharedSequencer.Bitcoin.Wallet;

namespace SharedSequencer.Bitcoin.Rpc;

/// <summary>
/// The calls to bitcoind that this project needs, typed. No wallet and no <c>txindex</c> is needed on the other side.
/// Every call has a deadline and a largest answer, and fails with <see cref="BitcoinRpcException"/>. Safe on every thread.
/// </summary>
public sealed class BitcoinRpc(BitcoinRpcOptions options) : IDisposable
{
    private readonly BitcoinRpcConnection _connection = new(options);

    public async Task<ChainInfo> GetBlockchainInfoAsync(CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync("getblockchaininfo", [], cancellationToken);
        return new ChainInfo(
            answer["chain"].Text(), answer["blocks"].Number(), answer["bestblockhash"].Hash(), answer["initialblockdownload"].Flag(), answer["pruned"].Flag());
    }

    public async Task<BitcoinHash> GetBestBlockHashAsync(CancellationToken cancellationToken = default) =>
        (await CallAsync("getbestblockhash", [], cancellationToken)).Hash();

    /// <summary>The block of the best chain at a height; null above the tip.</summary>
    public async Task<BitcoinHash?> GetBlockHashAsync(uint height, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await CallAsync("getblockhash", [height], cancellationToken)).Hash();
        }
        catch (BitcoinRpcException e) when (e.Code == BitcoinRpcErrorCode.InvalidParameter)
        {
            return null;
        }
    }

    /// <summary>The 80 bytes, checked to hash to <paramref name="hash"/>.</summary>
    public async Task<BlockHeader> GetBlockHeaderAsync(BitcoinHash hash, CancellationToken cancellationToken = default)
    {
        const string Method = "getblockheader";
        var bytes = (await CallAsync(Method, [hash.ToString(), false], cancellationToken)).Bytes();
        return BlockHeader.TryParse(bytes, out var header) && header.Hash == hash
            ? header
            : throw new BitcoinRpcException(Method, null, $"the answer is not the header of block {hash}.");
    }

    /// <summary>Where a block stands; null when bitcoind does not know it.</summary>
    public async Task<BlockPosition?> GetBlockPositionAsync(BitcoinHash hash, CancellationToken cancellationToken = default)
    {
        try
        {
            var answer = await CallAsync("getblockheader", [hash.ToString(), true], cancellationToken);
            return new BlockPosition(hash, answer["height"].Number(), answer["confirmations"].SignedNumber());
        }
        catch (BitcoinRpcException e) when (e.Code == BitcoinRpcErrorCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>A whole block, checked to be the one of <paramref name="hash"/> with the transactions of its Merkle root.</summary>
    public async Task<BitcoinBlock> GetBlockAsync(BitcoinHash hash, CancellationToken cancellationToken = default)
    {
        const string Method = "getblock";
        var bytes = (await CallAsync(Method, [hash.ToString(), 0], cancellationToken)).Bytes();
        try
        {
            var block = BitcoinBlock.Parse(bytes);
            return block.Hash == hash ? block : throw new BitcoinRpcException(Method, null, $"block {hash} was asked for, {block.Hash} came.");
        }
        catch (FormatException e)
        {
            throw new BitcoinRpcException(Method, null, $"block {hash} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A transaction from the mempool or, when its block is named, from there; null when it is not known.</summary>
    public async Task<BitcoinTransaction?> GetRawTransactionAsync(BitcoinHash txid, BitcoinHash? block = null, CancellationToken cancellationToken = default)
    {
        const string Method = "getrawtransaction";
        try
        {
            JsonArray parameters = block is { } hash ? [txid.ToString(), 0, hash.ToString()] : [txid.ToString(), 0];
            var bytes = (await CallAsync(Method, parameters, cancellationToken)).Bytes();
            return BitcoinTransaction.TryParse(bytes, out var transaction, out var reason) && transaction.Txid == txid
                ? transaction
                : throw new BitcoinRpcException(Method, null, $"the answer is not transaction {txid}. {reason}");
        }
        catch (BitcoinRpcException e) when (e.Code == BitcoinRpcErrorCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// The scripts of the outputs that a transaction of a block spends, in the order of its inputs. Empty when bitcoind
    /// no longer has the block's undo data.
    /// </summary>
    public async Task<IReadOnlyList<byte[]>> GetSpentScriptsAsync(BitcoinHash txid, BitcoinHash block, CancellationToken cancellationToken = default)
    {
        const int WithSpentOutputs = 2;
        var answer = await CallAsync("getrawtransaction", [txid.ToString(), WithSpentOutputs, block.ToString()], cancellationToken);
        return answer["vin"].Items()
            .Where(input => input.Has("prevout"))
            .Select(input => input["prevout"]["scriptPubKey"]["hex"].Bytes())
            .ToList();
    }

    /// <summary>Hands a transaction to bitcoind. One that is in its mempool already is no error.</summary>
    public async Task SendRawTransactionAsync(BitcoinTransaction transaction, CancellationToken cancellationToken = default) =>
        await CallAsync("sendrawtransaction", [Convert.ToHexStringLower(transaction.ToBytes())], cancellationToken);

    /// <summary>Would the mempool take it?</summary>
    public async Task<MempoolVerdict> TestMempoolAcceptAsync(BitcoinTransaction transaction, CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync("testmempoolaccept", [new JsonArray(Convert.ToHexStringLower(transaction.ToBytes()))], cancellationToken);
        var verdict = answer.Items().FirstOrDefault();
        if (verdict.Method is null)
            throw new BitcoinRpcException("testmempoolaccept", null, "the answer is empty.");
        return new MempoolVerdict(
            verdict["txid"].Hash(), verdict["allowed"].Flag(), verdict.Has("reject-reason") ? verdict["reject-reason"].Text() : "");
    }

    /// <summary>The fee for a confirmation within so many blocks; null while bitcoind has seen too little to tell.</summary>
    public async Task<FeeRate?> EstimateSmartFeeAsync(int blocks, CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync("estimatesmartfee", [blocks], cancellationToken);
        return answer.Has("feerate") ? answer["feerate"].FeeRate() : null;
    }

    /// <summary>Below this the mempool takes nothing at the moment.</summary>
    public async Task<FeeRate> GetMempoolMinimumFeeAsync(CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync("getmempoolinfo", [], cancellationToken);
        return FeeRate.Max(answer["mempoolminfee"].FeeRate(), answer["minrelaytxfee"].FeeRate());
    }

    /// <summary>Transactions that wait for a block.</summary>
    public async Task<uint> GetMempoolCountAsync(CancellationToken cancellationToken = default) =>
        (await CallAsync("getmempoolinfo", [], cancellationToken))["size"].Number();

    /// <summary>All confirmed coins of a script. Reads the whole UTXO set: minutes on mainnet.</summary>
    public async Task<CoinScan> ScanTxOutSetAsync(byte[] scriptPubKey, CancellationToken cancellationToken = default)
    {
        const string Method = "scantxoutset";
        var answer = await CallAsync(
            Method, ["start", new JsonArray($"raw({Convert.ToHexStringLower(scriptPubKey)})")], cancellationToken, options.ScanTimeout);
        if (!answer["success"].Flag())
            throw new BitcoinRpcException(Method, null, "the scan was stopped before its end.");
        var coins = answer["unspents"].Items().Select(coin => new Coin(
            new OutPoint(coin["txid"].Hash(), coin["vout"].Number()),
            new TransactionOutput(coin["amount"].Satoshi(), coin["scriptPubKey"].Bytes()),
            coin["height"].Number(),
            coin["coinbase"].Flag())).ToList();
        return new CoinScan(answer["height"].Number(), answer["bestblock"].Hash(), coins);
    }

    /// <summary>Null when the transaction is not in the mempool.</summary>
    public async Task<MempoolEntry?> GetMempoolEntryAsync(BitcoinHash txid, CancellationToken cancellationToken = default)
    {
        try
        {
            var answer = await CallAsync("getmempoolentry", [txid.ToString()], cancellationToken);
            return new MempoolEntry(
                answer["vsize"].SignedNumber(), answer["fees"]["base"].Satoshi(), answer["ancestorcount"].SignedNumber(), answer["descendantcount"].SignedNumber());
        }
        catch (BitcoinRpcException e) when (e.Code == BitcoinRpcErrorCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The mempool's transaction that spends each of these outputs; null where none does.</summary>
    public async Task<IReadOnlyList<BitcoinHash?>> GetMempoolSpendersAsync(IReadOnlyList<OutPoint> outPoints, CancellationToken cancellationToken = default)
    {
        const string Method = "gettxspendingprevout";
        if (outPoints.Count == 0)
            return [];
        var wanted = new JsonArray();
        foreach (var outPoint in outPoints)
            wanted.Add(new JsonObject { ["txid"] = outPoint.Txid.ToString(), ["vout"] = outPoint.Index });
        var answer = await CallAsync(Method, [wanted], cancellationToken);
        var spenders = answer.Items().Select(item => item.Has("spendingtxid") ? item["spendingtxid"].Hash() : (BitcoinHash?)null).ToList();
        return spenders.Count == outPoints.Count
            ? spenders
            : throw new BitcoinRpcException(Method, null, $"{outPoints.Count} answers are needed, {spenders.Count} came.");
    }

    /// <summary>An output that neither chain nor mempool spends; null otherwise.</summary>
    public async Task<UnspentOutput?> GetTxOutAsync(OutPoint outPoint, bool includeMempool = true, CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync("gettxout", [outPoint.Txid.ToString(), outPoint.Index, includeMempool], cancellationToken);
        return answer.IsNull
            ? null
            : new UnspentOutput(
                new TransactionOutput(answer["value"].Satoshi(), answer["scriptPubKey"]["hex"].Bytes()), answer["confirmations"].Number(), answer["coinbase"].Flag());
    }

    /// <summary>Regtest: mines blocks whose reward goes to the address.</summary>
    public async Task<IReadOnlyList<BitcoinHash>> GenerateToAddressAsync(int blocks, string address, CancellationToken cancellationToken = default) =>
        (await CallAsync("generatetoaddress", [blocks, address], cancellationToken)).Items().Select(item => item.Hash()).ToList();

    /// <summary>Regtest: mines one block with exactly these mempool or raw transactions.</summary>
    public async Task<BitcoinHash> GenerateBlockAsync(string address, IReadOnlyList<BitcoinHash> txids, CancellationToken cancellationToken = default)
    {
        var wanted = new JsonArray();
        foreach (var txid in txids)
            wanted.Add(JsonValue.Create(txid.ToString()));
        return (await CallAsync("generateblock", [address, wanted], cancellationToken))["hash"].Hash();
    }

    /// <summary>Makes bitcoind leave a block and all above it: a reorg on demand.</summary>
    public async Task InvalidateBlockAsync(BitcoinHash hash, CancellationToken cancellationToken = default) =>
        await CallAsync("invalidateblock", [hash.ToString()], cancellationToken);

    /// <summary>Takes back <see cref="InvalidateBlockAsync"/>.</summary>
    public async Task ReconsiderBlockAsync(BitcoinHash hash, CancellationToken cancellationToken = default) =>
        await CallAsync("reconsiderblock", [hash.ToString()], cancellationToken);

    public void Dispose() => _connection.Dispose();

    private async Task<RpcAnswer> CallAsync(string method, JsonArray parameters, CancellationToken cancellationToken, TimeSpan? timeout = null) =>
        new(method, await _connection.CallAsync(method, parameters, timeout, cancellationToken));
}
