using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Bitcoin;

/// <summary>BIP 341's wallet vectors.</summary>
internal sealed class TaprootVectorTests
{
    private JsonElement _vectors;

    [OneTimeSetUp]
    public void ReadVectors() => _vectors = BitcoinVectors.Read("bip341", "wallet-test-vectors.json");

    [Test]
    public void Every_output_key_has_the_script_and_address_of_the_vectors()
    {
        var count = 0;
        foreach (var vector in _vectors.GetProperty("scriptPubKey").EnumerateArray())
        {
            var internalKey = AccountId.From(vector.GetProperty("given").Hex("internalPubkey"));
            var outputKey = TaprootKeys.TweakPublic(internalKey, MerkleRoot(vector.GetProperty("intermediary"))).OutputKey;
            var expected = vector.GetProperty("expected");
            Assert.That(TaprootAddress.ScriptOf(outputKey), Is.EqualTo(expected.Hex("scriptPubKey")));
            Assert.That(TaprootAddress.Encode(outputKey, BitcoinNetwork.Mainnet), Is.EqualTo(expected.Text("bip350Address")));
            Assert.That(TaprootAddress.TryDecode(expected.Text("bip350Address"), BitcoinNetwork.Mainnet, out var decoded), Is.True);
            Assert.That(decoded, Is.EqualTo(outputKey));
            Assert.That(TaprootAddress.TryDecode(expected.Text("bip350Address"), BitcoinNetwork.Regtest, out _), Is.False);
            count++;
        }

        Assert.That(count, Is.EqualTo(7));
    }

    [Test]
    public void Every_key_path_spend_has_the_message_hash_and_signature_of_the_vectors()
    {
        var count = 0;
        foreach (var vector in _vectors.GetProperty("keyPathSpending").EnumerateArray())
        {
            var given = vector.GetProperty("given");
            var transaction = BitcoinTransaction.Parse(given.Hex("rawUnsignedTx"));
            var spent = given.GetProperty("utxosSpent").EnumerateArray()
                .Select(utxo => new TransactionOutput(utxo.GetProperty("amountSats").GetUInt64(), utxo.Hex("scriptPubKey")))
                .ToList();
            foreach (var spend in vector.GetProperty("inputSpending").EnumerateArray())
            {
                CheckSpend(spend, transaction, spent);
                count++;
            }
        }

        Assert.That(count, Is.EqualTo(7));
    }

    [Test]
    public void The_signed_transaction_of_the_vectors_reads_and_writes_byte_by_byte()
    {
        var raw = _vectors.GetProperty("keyPathSpending")[0].GetProperty("auxiliary").Hex("fullySignedTx");
        var unsigned = _vectors.GetProperty("keyPathSpending")[0].GetProperty("given").Hex("rawUnsignedTx");
        var transaction = BitcoinTransaction.Parse(raw);
        Assert.That(transaction.ToBytes(), Is.EqualTo(raw));
        Assert.That(transaction.HasWitness, Is.True);
        Assert.That(transaction.Inputs, Has.Count.EqualTo(BitcoinTransaction.Parse(unsigned).Inputs.Count));
    }

    private static void CheckSpend(JsonElement spend, BitcoinTransaction transaction, List<TransactionOutput> spent)
    {
        var given = spend.GetProperty("given");
        var index = given.GetProperty("txinIndex").GetInt32();
        var type = (SignatureHashType)given.GetProperty("hashType").GetByte();
        var intermediary = spend.GetProperty("intermediary");
        Assert.That(TaprootSignatureHash.Message(transaction, index, spent, type), Is.EqualTo(intermediary.Hex("sigMsg")));
        var hash = TaprootSignatureHash.Compute(transaction, index, spent, type);
        Assert.That(hash.ToString(), Is.EqualTo(intermediary.Text("sigHash")));

        var tweaked = TaprootKeys.TweakSecret(SecretKey.From(given.Hex("internalPrivkey")), MerkleRoot(given));
        Assert.That(tweaked.ToSecretHex(), Is.EqualTo(intermediary.Text("tweakedPrivkey")));
        var signature = Schnorr.Sign(tweaked, hash, new byte[32]);
        byte[] witness = type == SignatureHashType.Default ? signature : [.. signature, (byte)type];
        Assert.That(witness, Is.EqualTo(Convert.FromHexString(spend.GetProperty("expected").GetProperty("witness")[0].GetString()!)));
    }

    private static Hash256? MerkleRoot(JsonElement element) =>
        element.TryGetProperty("merkleRoot", out var root) && root.ValueKind == JsonValueKind.String ? Hash256.Parse(root.GetString()!) : null;
}
