using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Protocol.State;

/// <summary>What the state holds of an account.</summary>
/// <param name="Balance">In useq.</param>
/// <param name="Nonce">The nonce of its next transaction.</param>
public readonly record struct AccountRecord(ulong Balance, ulong Nonce)
{
    /// <summary>An account that never was touched has no record.</summary>
    public bool IsEmpty => Balance == 0 && Nonce == 0;

    public byte[] Encode() => new WireWriter(20).UInt64(1, Balance).UInt64(2, Nonce).ToArray();

    /// <summary>Reads a record of the state.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such record: the state is broken.</exception>
    public static AccountRecord Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var record = new AccountRecord(reader.UInt64(1), reader.UInt64(2));
        return reader.End() ? record : throw new InvalidDataException($"The state holds no account record: {reader.Error}.");
    }
}
