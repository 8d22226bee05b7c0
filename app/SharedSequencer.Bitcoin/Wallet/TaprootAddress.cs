using SharedSequencer.Primitives;

namespace SharedSequencer.Bitcoin.Wallet;

/// <summary>Pay-to-taproot addresses: SegWit version 1 with a 32-byte program, bech32m (BIP 341, BIP 350).</summary>
public static class TaprootAddress
{
    private const byte SegwitVersion = 1;
    private const byte Op1 = 0x51;

    /// <summary>The address of an output key.</summary>
    public static string Encode(AccountId outputKey, BitcoinNetwork network) =>
        Bech32m.EncodeSegwit(network.AddressPrefix, SegwitVersion, outputKey.Span);

    /// <summary>Reads an address of this network.</summary>
    public static bool TryDecode(string text, BitcoinNetwork network, out AccountId outputKey)
    {
        outputKey = default;
        if (!Bech32m.TryDecodeSegwit(text, out var prefix, out var version, out var program)
            || prefix != network.AddressPrefix || version != SegwitVersion || program.Length != AccountId.Length)
        {
            return false;
        }

        outputKey = AccountId.From(program);
        return true;
    }

    /// <summary>The script of an output key: OP_1 and a push of its 32 bytes.</summary>
    public static byte[] ScriptOf(AccountId outputKey) => [Op1, AccountId.Length, .. outputKey.Span];
}
