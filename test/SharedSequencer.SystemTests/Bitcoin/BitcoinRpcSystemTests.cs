using NUnit.Framework;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Cryptography;

namespace SharedSequencer.SystemTests.Bitcoin;

/// <summary>The typed calls against a real bitcoind without wallet and txindex.</summary>
internal sealed class BitcoinRpcSystemTests
{
    private RegtestNode _node;
    private TaprootKey _key;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _node = await RegtestNode.StartAsync();
        _key = new TaprootKey(SecretKey.Generate(), BitcoinNetwork.Regtest);
        await _node.FundAsync(_key.Address, coins: 2);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
    }

    [Test]
    public async Task A_transaction_that_we_sign_is_taken_mined_and_found_without_an_index()
    {
        var rpc = _node.Rpc;
        var scan = await rpc.ScanTxOutSetAsync(_key.ScriptPubKey);
        Assert.That(scan.Coins, Has.Count.EqualTo(2));
        Assert.That(scan.Coins.All(coin => coin is { IsCoinbase: true, Value: 5_000_000_000 } && _key.Owns(coin.Output)), Is.True);
        Assert.That(scan.BestBlock, Is.EqualTo(await rpc.GetBestBlockHashAsync()));

        var rate = FeeRate.Max(FeeRate.PerVirtualByte(1), await rpc.GetMempoolMinimumFeeAsync());
        Assert.That(await rpc.EstimateSmartFeeAsync(6), Is.Null, "a fresh regtest has no estimate");
        var built = DataTransaction.TryBuild(_key, [.. scan.Coins.OrderBy(coin => coin.Height)], OpReturn.Script([1, 2, 3]), rate, out var transaction, out _);
        Assert.That(built, Is.True);
        var verdict = await rpc.TestMempoolAcceptAsync(transaction);
        Assert.That(verdict.Allowed, Is.True, verdict.Reason);
        Assert.That(verdict.Txid, Is.EqualTo(transaction.Txid));
        await rpc.SendRawTransactionAsync(transaction);
        await rpc.SendRawTransactionAsync(transaction);

        var entry = await rpc.GetMempoolEntryAsync(transaction.Txid);
        Assert.That(entry!.VirtualSize, Is.EqualTo(transaction.VirtualSize));
        Assert.That(entry.Fee, Is.EqualTo(rate.FeeFor(transaction.VirtualSize)));
        Assert.That(await rpc.GetMempoolSpendersAsync([transaction.Inputs[0].Previous, new OutPoint(transaction.Txid, 1)]), Is.EqualTo(new BitcoinHash?[] { transaction.Txid, null }).AsCollection);
        Assert.That((await rpc.GetRawTransactionAsync(transaction.Txid))!.Wtxid, Is.EqualTo(transaction.Wtxid));

        var hash = await _node.MineAsync();
        var block = await rpc.GetBlockAsync(hash);
        Assert.That(block.Transactions[1].ToBytes(), Is.EqualTo(transaction.ToBytes()));
        Assert.That(block.Header.HasWork(BitcoinNetwork.Regtest.PowLimit), Is.True);
        Assert.That(await rpc.GetBlockHeaderAsync(hash), Is.EqualTo(block.Header));
        Assert.That(await rpc.GetMempoolEntryAsync(transaction.Txid), Is.Null);
        Assert.That(await rpc.GetRawTransactionAsync(transaction.Txid), Is.Null, "there is no index");
        Assert.That((await rpc.GetRawTransactionAsync(transaction.Txid, hash))!.Txid, Is.EqualTo(transaction.Txid));
        Assert.That((await rpc.GetSpentScriptsAsync(transaction.Txid, hash)).Single(), Is.EqualTo(_key.ScriptPubKey));
        var change = await rpc.GetTxOutAsync(new OutPoint(transaction.Txid, 1));
        Assert.That(change!.Output.Value, Is.EqualTo(transaction.Outputs[1].Value));
        Assert.That(await rpc.GetTxOutAsync(transaction.Inputs[0].Previous), Is.Null);
        var again = Assert.ThrowsAsync<BitcoinRpcException>(() => rpc.SendRawTransactionAsync(transaction));
        Assert.That(again!.Code, Is.EqualTo(BitcoinRpcErrorCode.AlreadyInUtxoSet));
    }

    [Test]
    public async Task A_spent_coin_or_a_bad_signature_is_refused_with_a_reason()
    {
        var coins = (await _node.Rpc.ScanTxOutSetAsync(_key.ScriptPubKey)).Coins;
        _ = DataTransaction.TryBuild(_key, [coins.MaxBy(coin => coin.Height)!], OpReturn.Script([9]), FeeRate.PerVirtualByte(2), out var good, out _);
        var signature = good.Inputs[0].Witness[0].ToArray();
        signature[0] ^= 1;
        var bad = new BitcoinTransaction(good.Version, [good.Inputs[0] with { Witness = [signature] }], good.Outputs, good.LockTime);
        var verdict = await _node.Rpc.TestMempoolAcceptAsync(bad);
        Assert.That(verdict.Allowed, Is.False);
        Assert.That(verdict.Reason, Does.Contain("Schnorr"));
        var error = Assert.ThrowsAsync<BitcoinRpcException>(() => _node.Rpc.SendRawTransactionAsync(bad));
        Assert.That(error!.Code, Is.EqualTo(BitcoinRpcErrorCode.VerifyRejected));

        var nowhere = new BitcoinTransaction(2, [good.Inputs[0] with { Previous = new OutPoint(BitcoinHash.Of("nowhere"u8), 0) }], good.Outputs, 0);
        Assert.That((await _node.Rpc.TestMempoolAcceptAsync(nowhere)).Reason, Does.Contain("inputs"));
    }

    [Test]
    public async Task What_does_not_exist_is_null()
    {
        var nothing = BitcoinHash.Of("nothing"u8);
        Assert.That(await _node.Rpc.GetBlockHashAsync(1_000_000), Is.Null);
        Assert.That(await _node.Rpc.GetBlockPositionAsync(nothing), Is.Null);
        Assert.That(await _node.Rpc.GetRawTransactionAsync(nothing), Is.Null);
        Assert.That(await _node.Rpc.GetMempoolEntryAsync(nothing), Is.Null);
        Assert.That(await _node.Rpc.GetTxOutAsync(new OutPoint(nothing, 0)), Is.Null);
        Assert.That(await _node.Rpc.GetMempoolSpendersAsync([]), Is.Empty);
        Assert.That(() => _node.Rpc.GetBlockAsync(nothing), Throws.TypeOf<BitcoinRpcException>().With.Property("Code").EqualTo(BitcoinRpcErrorCode.NotFound));
    }

    [Test]
    public async Task A_block_that_left_the_best_chain_has_another_position()
    {
        var hash = await _node.MineAsync();
        Assert.That((await _node.Rpc.GetBlockPositionAsync(hash))!.InBestChain, Is.True);
        await _node.LeaveAsync(1);
        Assert.That((await _node.Rpc.GetBlockPositionAsync(hash))!.InBestChain, Is.False);
        await _node.Rpc.ReconsiderBlockAsync(hash);
        Assert.That((await _node.Rpc.GetBlockPositionAsync(hash))!.Confirmations, Is.EqualTo(1));
    }

    [Test]
    public void A_wrong_password_is_an_error_that_says_so()
    {
        using var rpc = new BitcoinRpc(_node.Options with { CookieFile = null, User = "someone", Password = "wrong" });
        Assert.That(() => rpc.GetBestBlockHashAsync(), Throws.TypeOf<BitcoinRpcException>().With.Message.Contain("credentials"));
    }
}
