namespace SharedSequencer.Bitcoin;

/// <summary>
/// A Bitcoin transaction, legacy or SegWit (BIP 144). Immutable; its ids are computed once. Reading is strict: shortest
/// counts, amounts in range, at least one input and output, no empty witness section, nothing after the end.
/// </summary>
public sealed class BitcoinTransaction
{
    /// <summary>The largest transaction that a block could hold, in bytes.</summary>
    public const int MaximumBytes = 4_000_000;

    /// <summary>Weight of a byte outside the witness.</summary>
    public const int WitnessScale = 4;

    private const int LeastInputBytes = 32 + 4 + 1 + 4;
    private const int LeastOutputBytes = 8 + 1;

    /// <exception cref="ArgumentException">There is no input or no output.</exception>
    public BitcoinTransaction(int version, IReadOnlyList<TransactionInput> inputs, IReadOnlyList<TransactionOutput> outputs, uint lockTime)
    {
        if (inputs.Count == 0 || outputs.Count == 0)
            throw new ArgumentException($"A transaction has at least one input and one output; this has {inputs.Count} and {outputs.Count}.");
        Version = version;
        Inputs = inputs;
        Outputs = outputs;
        LockTime = lockTime;
        foreach (var input in inputs)
            HasWitness |= input.Witness.Count > 0;

        var stripped = Serialize(withWitness: false);
        StrippedSize = stripped.Length;
        Txid = BitcoinHash.Of(stripped);
        if (HasWitness)
        {
            var whole = Serialize(withWitness: true);
            Size = whole.Length;
            Wtxid = BitcoinHash.Of(whole);
        }
        else
        {
            Size = StrippedSize;
            Wtxid = Txid;
        }
    }

    public int Version { get; }

    public IReadOnlyList<TransactionInput> Inputs { get; }

    public IReadOnlyList<TransactionOutput> Outputs { get; }

    public uint LockTime { get; }

    public bool HasWitness { get; }

    /// <summary>Double SHA-256 of the form without witness.</summary>
    public BitcoinHash Txid { get; }

    /// <summary>Double SHA-256 of the whole form; the txid when there is no witness.</summary>
    public BitcoinHash Wtxid { get; }

    /// <summary>Bytes of the whole form.</summary>
    public int Size { get; }

    /// <summary>Bytes of the form without witness.</summary>
    public int StrippedSize { get; }

    /// <summary>BIP 141: stripped size × 3 + size.</summary>
    public int Weight => (StrippedSize * (WitnessScale - 1)) + Size;

    /// <summary>BIP 141: weight ÷ 4, rounded up. Fees are paid for this.</summary>
    public int VirtualSize => (Weight + WitnessScale - 1) / WitnessScale;

    /// <summary>True for the first transaction of a block: one input that names no output.</summary>
    public bool IsCoinbase => Inputs.Count == 1 && Inputs[0].Previous == OutPoint.None;

    /// <summary>The form that goes over the wire, with witness.</summary>
    public byte[] ToBytes() => Serialize(withWitness: true);

    /// <summary>The form that the txid covers, without witness.</summary>
    public byte[] ToStrippedBytes() => Serialize(withWitness: false);

    /// <summary>Reads a transaction that fills all of <paramref name="data"/>.</summary>
    /// <param name="reason">What was wrong, when false.</param>
    public static bool TryParse(ReadOnlySpan<byte> data, out BitcoinTransaction transaction, out string reason)
    {
        transaction = null!;
        reason = "";
        try
        {
            transaction = Parse(data);
            return true;
        }
        catch (FormatException e)
        {
            reason = e.Message;
            return false;
        }
    }

    /// <summary>Reads a transaction that fills all of <paramref name="data"/>.</summary>
    /// <exception cref="FormatException">It is no transaction; the message says why.</exception>
    public static BitcoinTransaction Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length > MaximumBytes)
            throw new FormatException($"Not a Bitcoin transaction: {data.Length} bytes, at most {MaximumBytes} are possible.");
        var reader = new BitcoinReader(data);
        var transaction = Read(ref reader);
        return reader.Remaining == 0
            ? transaction
            : throw new FormatException($"Not a Bitcoin transaction: {reader.Remaining} bytes follow its end.");
    }

    /// <summary>Reads one transaction and leaves the reader at its end.</summary>
    internal static BitcoinTransaction Read(ref BitcoinReader reader)
    {
        var version = reader.Int32();

        // A legacy transaction has an input, so a zero here is the SegWit marker (BIP 144).
        var segwit = reader.PeekByte(0) == 0;
        if (segwit)
        {
            _ = reader.Byte();
            var flag = reader.Byte();
            if (flag != 1)
                throw new FormatException($"Not a Bitcoin transaction: no inputs, or the unknown flag {flag} after the SegWit marker.");
        }

        var inputs = new TransactionInput[reader.Count(LeastInputBytes)];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new TransactionInput(new OutPoint(reader.Hash(), reader.UInt32()))
            {
                ScriptSig = reader.VariableBytes(),
                Sequence = reader.UInt32(),
            };
        }

        var outputs = new TransactionOutput[reader.Count(LeastOutputBytes)];
        var sum = 0UL;
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new TransactionOutput(reader.UInt64(), reader.VariableBytes());
            if (outputs[i].Value > TransactionOutput.MaximumValue || (sum += outputs[i].Value) > TransactionOutput.MaximumValue)
                throw new FormatException($"Not a Bitcoin transaction: output {i} or the sum of outputs exceeds 21 million BTC.");
        }

        if (inputs.Length == 0 || outputs.Length == 0)
            throw new FormatException("Not a Bitcoin transaction: at least one input and one output are needed.");
        if (segwit)
            ReadWitnesses(ref reader, inputs);
        return new BitcoinTransaction(version, inputs, outputs, reader.UInt32());
    }

    private static void ReadWitnesses(ref BitcoinReader reader, TransactionInput[] inputs)
    {
        var any = false;
        for (var i = 0; i < inputs.Length; i++)
        {
            var items = new byte[reader.Count(1)][];
            for (var j = 0; j < items.Length; j++)
                items[j] = reader.VariableBytes();
            any |= items.Length > 0;
            if (items.Length > 0)
                inputs[i] = inputs[i] with { Witness = items };
        }

        if (!any)
            throw new FormatException("Not a Bitcoin transaction: it has the SegWit marker but no witness.");
    }

    private byte[] Serialize(bool withWitness)
    {
        var segwit = withWitness && HasWitness;
        var writer = new BitcoinWriter();
        writer.Int32(Version);
        if (segwit)
            writer.Bytes([0, 1]);
        writer.CompactSize((ulong)Inputs.Count);
        foreach (var input in Inputs)
        {
            input.Previous.Write(writer);
            writer.VariableBytes(input.ScriptSig);
            writer.UInt32(input.Sequence);
        }

        writer.CompactSize((ulong)Outputs.Count);
        foreach (var output in Outputs)
            output.Write(writer);
        if (segwit)
        {
            foreach (var input in Inputs)
            {
                writer.CompactSize((ulong)input.Witness.Count);
                foreach (var item in input.Witness)
                    writer.VariableBytes(item);
            }
        }

        writer.UInt32(LockTime);
        return writer.ToArray();
    }
}
