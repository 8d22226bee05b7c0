using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Protocol.State;

/// <summary>What the state holds of a namespace.</summary>
public sealed record NamespaceRecord(string Name, AccountId Owner, NamespaceSettings Settings, ulong Deposit)
{
    public NamespaceId Id => NamespaceId.OfName(Name);

    /// <summary>Who receives the surcharge.</summary>
    public AccountId FeeRecipient => Settings.FeeRecipient ?? Owner;

    /// <summary>Whether an account may submit data.</summary>
    public bool Allows(AccountId sender)
    {
        if (Settings.Writers is null)
            return true;
        foreach (var writer in Settings.Writers)
        {
            if (writer == sender)
                return true;
        }

        return false;
    }

    public byte[] Encode() => new WireWriter()
        .String(1, Name)
        .Bytes(2, Owner.Span)
        .AlwaysBytes(3, TransactionCodec.EncodeSettings(Settings))
        .UInt64(4, Deposit)
        .ToArray();

    /// <summary>Reads a record of the state.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such record: the state is broken.</exception>
    public static NamespaceRecord Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var name = reader.String(1);
        var owner = AccountId.From(reader.FixedBytes(2, AccountId.Length));
        _ = reader.TryMessage(3, out var settingsBytes);
        var deposit = reader.UInt64(4);
        var settings = TransactionCodec.DecodeSettings(settingsBytes, out var error);
        return reader.End() && settings is not null
            ? new NamespaceRecord(name, owner, settings, deposit)
            : throw new InvalidDataException($"The state holds no namespace record: {reader.Error ?? error}.");
    }
}
