using Google.Protobuf;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.Transactions;
using Wire = Sequencer.V1;

namespace SharedSequencer.Tests.Protocol;

/// <summary>Our types as messages that protoc made from the public definition: an independent encoder.</summary>
internal static class WireForms
{
    public static byte[] Encode(TransactionBody body)
    {
        var message = new Wire.TransactionBody
        {
            ChainId = body.ChainId,
            Nonce = body.Nonce,
            MaxFeePerByte = body.MaxFeePerByte,
            TipPerByte = body.TipPerByte,
            ExpiryTime = body.ExpiryTime,
        };
        message.Actions.AddRange(body.Actions.Select(Action));
        return message.ToByteArray();
    }

    public static byte[] Encode(Preamble preamble) => new Wire.Preamble
    {
        Version = Preamble.CurrentVersion,
        Height = preamble.Height,
        NamespaceRoot = ByteString.CopyFrom(preamble.NamespaceRoot.Span),
        EntryCount = preamble.EntryCount,
        PayloadBytes = preamble.PayloadBytes,
        ForcedCount = preamble.ForcedCount,
    }.ToByteArray();

    private static Wire.Action Action(TransactionAction action) => action switch
    {
        SubmitData a => new Wire.Action
        {
            SubmitData = new Wire.SubmitData { Namespace = Bytes(a.Namespace.ToArray()), Payload = Bytes(a.Payload.Span) },
        },
        Transfer a => new Wire.Action
        {
            Transfer = new Wire.Transfer { Recipient = Bytes(a.Recipient.Span), Amount = a.Amount },
        },
        RegisterNamespace a => new Wire.Action
        {
            RegisterNamespace = new Wire.RegisterNamespace { Name = a.Name, Settings = Settings(a.Settings), Deposit = a.Deposit },
        },
        UpdateNamespace a => new Wire.Action
        {
            UpdateNamespace = new Wire.UpdateNamespace
            {
                Namespace = Bytes(a.Namespace.ToArray()),
                Settings = Settings(a.Settings),
                Deposit = a.Deposit,
                NewOwner = a.NewOwner is { } owner ? Bytes(owner.Span) : ByteString.Empty,
            },
        },
        _ => throw new ArgumentException(action.GetType().Name),
    };

    private static Wire.NamespaceSettings Settings(NamespaceSettings settings)
    {
        var message = new Wire.NamespaceSettings
        {
            Restricted = settings.Writers is not null,
            FeeRecipient = settings.FeeRecipient is { } recipient ? Bytes(recipient.Span) : ByteString.Empty,
            SurchargePerByte = settings.SurchargePerByte,
            MaxBytesPerBlock = settings.MaxBytesPerBlock,
            DataMode = (Wire.DataMode)settings.DataMode,
        };
        message.Writers.AddRange((settings.Writers ?? []).Select(w => Bytes(w.Span)));
        return message;
    }

    private static ByteString Bytes(ReadOnlySpan<byte> bytes) => ByteString.CopyFrom(bytes);
}
