using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bitcoin.Wallet;

/// <summary>
/// One key and the pay-to-taproot output that it guards: key path only (BIP 86: the internal key tweaked by itself).
/// </summary>
public sealed class TaprootKey
{
    private readonly SecretKey _tweaked;

    /// <param name="secret">The internal key.</param>
    public TaprootKey(SecretKey secret, BitcoinNetwork network)
    {
        InternalKey = secret.PublicKey;
        OutputKey = TaprootKeys.TweakPublic(secret.PublicKey, merkleRoot: null).OutputKey;
        _tweaked = TaprootKeys.TweakSecret(secret, merkleRoot: null);
        ScriptPubKey = TaprootAddress.ScriptOf(OutputKey);
        Address = TaprootAddress.Encode(OutputKey, network);
    }

    /// <summary>The x-only key of the secret.</summary>
    public AccountId InternalKey { get; }

    /// <summary>The x-only key in the output.</summary>
    public AccountId OutputKey { get; }

    /// <summary>OP_1 and the output key: 34 bytes. Do not change the array.</summary>
    public byte[] ScriptPubKey { get; }

    /// <summary>Bech32m, BIP 350.</summary>
    public string Address { get; }

    /// <summary>True when the output pays this key.</summary>
    public bool Owns(TransactionOutput output) => output.ScriptPubKey.AsSpan().SequenceEqual(ScriptPubKey);

    /// <summary>Signs every input; all of them must spend outputs of this key.</summary>
    /// <param name="spent">The outputs that the inputs spend, in their order.</param>
    public BitcoinTransaction Sign(BitcoinTransaction transaction, IReadOnlyList<TransactionOutput> spent)
    {
        var signed = new TransactionInput[transaction.Inputs.Count];
        for (var i = 0; i < signed.Length; i++)
        {
            if (!Owns(spent[i]))
                throw new ArgumentException($"Input {i} spends an output that is not of {Address}.", nameof(spent));
            var hash = TaprootSignatureHash.Compute(transaction, i, spent);
            signed[i] = transaction.Inputs[i] with { Witness = [Schnorr.Sign(_tweaked, hash)] };
        }

        return new BitcoinTransaction(transaction.Version, signed, transaction.Outputs, transaction.LockTime);
    }

    public override string ToString() => Address;
}
