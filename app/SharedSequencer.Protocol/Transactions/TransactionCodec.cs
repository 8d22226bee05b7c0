using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Protocol.Transactions;

/// <summary>The canonical bytes of a transaction's body, its actions and a namespace's settings.</summary>
public static class TransactionCodec
{
    private const int SubmitDataField = 1;
    private const int TransferField = 2;
    private const int RegisterNamespaceField = 3;
    private const int UpdateNamespaceField = 4;

    /// <summary>Writes <c>sequencer.v1.TransactionBody</c>.</summary>
    public static byte[] EncodeBody(TransactionBody body)
    {
        var writer = new WireWriter()
            .String(1, body.ChainId)
            .UInt64(2, body.Nonce)
            .UInt64(3, body.MaxFeePerByte)
            .UInt64(4, body.TipPerByte)
            .Int64(5, body.ExpiryTime);
        foreach (var action in body.Actions)
            writer.AlwaysBytes(6, EncodeAction(action));
        return writer.ToArray();
    }

    /// <summary>Reads <c>sequencer.v1.TransactionBody</c>; payloads stay slices of <paramref name="bytes"/>.</summary>
    public static bool TryDecodeBody(ReadOnlyMemory<byte> bytes, out TransactionBody body, out string error)
    {
        var reader = new WireReader(bytes.Span);
        var chainId = reader.String(1);
        var nonce = reader.UInt64(2);
        var maxFee = reader.UInt64(3);
        var tip = reader.UInt64(4);
        var expiry = reader.Int64(5);
        List<TransactionAction> actions = [];
        while (reader.TryMessage(6, out var action))
        {
            if (actions.Count == Limits.Actions)
                reader.Fail($"there are more than {Limits.Actions} actions");
            else if (TryDecodeAction(bytes, action, out var decoded, out var reason))
                actions.Add(decoded);
            else
                reader.Fail($"action {actions.Count}: {reason}");
        }

        if (chainId.Length is 0 or > Limits.ChainIdLength)
            reader.Fail($"the chain id has {chainId.Length} characters; 1 to {Limits.ChainIdLength} are allowed");
        if (expiry <= 0)
            reader.Fail("an expiry time, in seconds since 1970, is needed");
        if (actions.Count == 0)
            reader.Fail("there is no action");

        body = new TransactionBody
        {
            ChainId = chainId,
            Nonce = nonce,
            MaxFeePerByte = maxFee,
            TipPerByte = tip,
            ExpiryTime = expiry,
            Actions = actions,
        };
        var good = reader.End();
        error = good ? "" : $"The transaction's body is refused: {reader.Error}.";
        return good;
    }

    /// <summary>Writes <c>sequencer.v1.NamespaceSettings</c>, which the state holds too.</summary>
    public static byte[] EncodeSettings(NamespaceSettings settings)
    {
        var writer = new WireWriter().Bool(1, settings.Writers is not null);
        foreach (var writerKey in settings.Writers ?? [])
            writer.AlwaysBytes(2, writerKey.Span);
        if (settings.FeeRecipient is { } recipient)
            writer.AlwaysBytes(3, recipient.Span);
        return writer
            .UInt64(4, settings.SurchargePerByte)
            .UInt64(5, settings.MaxBytesPerBlock)
            .UInt64(6, (ulong)settings.DataMode)
            .ToArray();
    }

    /// <summary>Reads <c>sequencer.v1.NamespaceSettings</c>; null with a reason when it is refused.</summary>
    public static NamespaceSettings? DecodeSettings(ReadOnlySpan<byte> bytes, out string error)
    {
        var reader = new WireReader(bytes);
        var restricted = reader.Bool(1);
        List<AccountId> writers = [];
        while (reader.TryMessage(2, out var key))
        {
            if (key.Length != AccountId.Length)
                reader.Fail($"a writer has {key.Length} bytes, not {AccountId.Length}");
            else if (writers.Count == Limits.Writers)
                reader.Fail($"there are more than {Limits.Writers} writers");
            else if (writers.Count > 0 && writers[^1].CompareTo(AccountId.From(key)) >= 0)
                reader.Fail("the writers are not in ascending order");
            else
                writers.Add(AccountId.From(key));
        }

        AccountId? recipient = null;
        if (reader.TryMessage(3, out var recipientKey))
        {
            if (recipientKey.Length == AccountId.Length)
                recipient = AccountId.From(recipientKey);
            else
                reader.Fail($"the fee recipient has {recipientKey.Length} bytes, not {AccountId.Length}");
        }

        var surcharge = reader.UInt64(4);
        var maxBytes = reader.UInt64(5);
        var mode = reader.UInt64(6);
        if (mode > (ulong)DataMode.Commitment)
            reader.Fail($"data mode {mode} is unknown");
        if (!restricted && writers.Count > 0)
            reader.Fail("writers are listed for an open namespace");

        error = reader.End() ? "" : reader.Error!;
        return error.Length > 0 ? null : new NamespaceSettings
        {
            Writers = restricted ? writers : null,
            FeeRecipient = recipient,
            SurchargePerByte = surcharge,
            MaxBytesPerBlock = maxBytes,
            DataMode = (DataMode)mode,
        };
    }

    private static byte[] EncodeAction(TransactionAction action) => action switch
    {
        SubmitData a => Wrap(SubmitDataField, new WireWriter(a.Payload.Length + 24)
            .Bytes(1, a.Namespace.ToArray())
            .Bytes(2, a.Payload.Span)),
        Transfer a => Wrap(TransferField, new WireWriter()
            .Bytes(1, a.Recipient.Span)
            .UInt64(2, a.Amount)),
        RegisterNamespace a => Wrap(RegisterNamespaceField, new WireWriter()
            .String(1, a.Name)
            .AlwaysBytes(2, EncodeSettings(a.Settings))
            .UInt64(3, a.Deposit)),
        UpdateNamespace a => Wrap(UpdateNamespaceField, new WireWriter()
            .Bytes(1, a.Namespace.ToArray())
            .AlwaysBytes(2, EncodeSettings(a.Settings))
            .UInt64(3, a.Deposit)
            .Bytes(4, a.NewOwner is { } owner ? owner.ToArray() : [])),
        _ => throw new ArgumentException($"{action.GetType().Name} is no action of this version.", nameof(action)),
    };

    private static byte[] Wrap(int field, WireWriter content) =>
        new WireWriter(content.Length + 8).AlwaysBytes(field, content.Written).ToArray();

    private static bool TryDecodeAction(ReadOnlyMemory<byte> whole, ReadOnlySpan<byte> bytes, out TransactionAction action, out string reason)
    {
        action = null!;
        var outer = new WireReader(bytes);
        var field = outer.PeekField();
        if (field is < SubmitDataField or > UpdateNamespaceField)
        {
            reason = $"kind {field} is unknown";
            return false;
        }

        _ = outer.TryMessage(field, out var content);
        if (!outer.End())
        {
            reason = outer.Error!;
            return false;
        }

        var reader = new WireReader(content);
        TransactionAction? decoded = field switch
        {
            SubmitDataField => DecodeSubmitData(whole, ref reader),
            TransferField => DecodeTransfer(ref reader),
            RegisterNamespaceField => DecodeRegisterNamespace(ref reader),
            _ => DecodeUpdateNamespace(ref reader),
        };
        var good = reader.End();
        reason = reader.Error ?? "";
        action = decoded!;
        return good;
    }

    private static SubmitData DecodeSubmitData(ReadOnlyMemory<byte> whole, ref WireReader reader)
    {
        var id = NamespaceId.From(reader.FixedBytes(1, NamespaceId.Length));
        var payload = reader.Bytes(2);
        if (payload.IsEmpty)
            reader.Fail("the payload is empty");
        return new SubmitData(id, whole.Span.Overlaps(payload, out var offset) ? whole.Slice(offset, payload.Length) : default);
    }

    private static Transfer DecodeTransfer(ref WireReader reader)
    {
        var recipient = AccountId.From(reader.FixedBytes(1, AccountId.Length));
        var amount = reader.UInt64(2);
        if (amount == 0)
            reader.Fail("the amount is zero");
        return new Transfer(recipient, amount);
    }

    private static RegisterNamespace DecodeRegisterNamespace(ref WireReader reader)
    {
        var name = reader.String(1);
        if (!NamespaceId.IsValidName(name))
            reader.Fail("a namespace's name has 3 to 32 of the characters a-z, 0-9 and '-'");
        return new RegisterNamespace(name, Settings(ref reader), reader.UInt64(3));
    }

    private static UpdateNamespace DecodeUpdateNamespace(ref WireReader reader)
    {
        var id = NamespaceId.From(reader.FixedBytes(1, NamespaceId.Length));
        var settings = Settings(ref reader);
        var deposit = reader.UInt64(3);
        var owner = reader.Bytes(4);
        if (owner.Length is not (0 or AccountId.Length))
            reader.Fail($"the new owner has {owner.Length} bytes, not {AccountId.Length}");
        return new UpdateNamespace(id, settings, deposit, owner.Length == AccountId.Length ? AccountId.From(owner) : null);
    }

    private static NamespaceSettings Settings(ref WireReader reader)
    {
        if (!reader.TryMessage(2, out var bytes))
        {
            reader.Fail("the settings are missing");
            return new NamespaceSettings();
        }

        if (DecodeSettings(bytes, out var error) is { } settings)
            return settings;
        reader.Fail($"the settings are refused: {error}");
        return new NamespaceSettings();
    }
}
