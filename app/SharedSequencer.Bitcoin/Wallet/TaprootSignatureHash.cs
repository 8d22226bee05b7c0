using System.Security.Cryptography;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bitcoin.Wallet;

/// <summary>BIP 341's signature hash for key-path spends without an annex.</summary>
public static class TaprootSignatureHash
{
    private const byte OutputMask = 0x03;
    private const byte AnyoneCanPay = 0x80;

    private static readonly TaggedHash s_sighash = new("TapSighash");

    /// <summary>The 32 bytes that the key of input <paramref name="inputIndex"/> signs.</summary>
    /// <param name="spent">The outputs that the inputs spend, one for each, in their order.</param>
    /// <exception cref="ArgumentException">The outputs are not one for each input, the index is outside, the hash type is
    /// unknown, or it is Single and there is no output of that index.</exception>
    public static Hash256 Compute(
        BitcoinTransaction transaction, int inputIndex, IReadOnlyList<TransactionOutput> spent, SignatureHashType type = SignatureHashType.Default) =>
        s_sighash.Of(Message(transaction, inputIndex, spent, type));

    /// <summary>The message below the tagged hash: the epoch 0 and BIP 341's common signature message.</summary>
    internal static byte[] Message(
        BitcoinTransaction transaction, int inputIndex, IReadOnlyList<TransactionOutput> spent, SignatureHashType type)
    {
        if (spent.Count != transaction.Inputs.Count)
            throw new ArgumentException($"{transaction.Inputs.Count} spent outputs are needed, {spent.Count} were given.", nameof(spent));
        if (inputIndex < 0 || inputIndex >= transaction.Inputs.Count)
            throw new ArgumentException($"There is no input {inputIndex}.", nameof(inputIndex));
        if (!Enum.IsDefined(type))
            throw new ArgumentException($"Unknown signature hash type 0x{(byte)type:x2}.", nameof(type));

        var outputs = (byte)((byte)type & OutputMask);
        var one = ((byte)type & AnyoneCanPay) != 0;
        var single = outputs == (byte)SignatureHashType.Single;
        if (single && inputIndex >= transaction.Outputs.Count)
            throw new ArgumentException($"Single needs an output {inputIndex}; there is none.", nameof(type));

        var writer = new BitcoinWriter();
        writer.Byte(0);
        writer.Byte((byte)type);
        writer.Int32(transaction.Version);
        writer.UInt32(transaction.LockTime);
        if (!one)
            WriteAllInputs(writer, transaction, spent);
        if (outputs is (byte)SignatureHashType.Default or (byte)SignatureHashType.All)
            WriteDigest(writer, transaction.Outputs, static (w, output) => output.Write(w));

        // Spend type: key path (0), no annex (0).
        writer.Byte(0);
        var input = transaction.Inputs[inputIndex];
        if (one)
        {
            input.Previous.Write(writer);
            spent[inputIndex].Write(writer);
            writer.UInt32(input.Sequence);
        }
        else
        {
            writer.UInt32((uint)inputIndex);
        }

        if (single)
            WriteDigest(writer, [transaction.Outputs[inputIndex]], static (w, output) => output.Write(w));
        return writer.ToArray();
    }

    private static void WriteAllInputs(BitcoinWriter writer, BitcoinTransaction transaction, IReadOnlyList<TransactionOutput> spent)
    {
        WriteDigest(writer, transaction.Inputs, static (w, input) => input.Previous.Write(w));
        WriteDigest(writer, spent, static (w, output) => w.UInt64(output.Value));
        WriteDigest(writer, spent, static (w, output) => w.VariableBytes(output.ScriptPubKey));
        WriteDigest(writer, transaction.Inputs, static (w, input) => w.UInt32(input.Sequence));
    }

    private static void WriteDigest<T>(BitcoinWriter writer, IReadOnlyList<T> items, Action<BitcoinWriter, T> write)
    {
        var part = new BitcoinWriter();
        foreach (var item in items)
            write(part, item);
        Span<byte> digest = stackalloc byte[Hash256.Length];
        SHA256.HashData(part.Written, digest);
        writer.Bytes(digest);
    }
}
