using FsCheck;
using FsCheck.Fluent;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Tests.Protocol;

/// <summary>Random values of the protocol's types, with the borders of every number among them.</summary>
public static class ProtocolArbitraries
{
    private static readonly Gen<ulong> s_number = Gen.OneOf(
        Gen.Elements<ulong>(0, 1, 127, 128, uint.MaxValue, long.MaxValue, ulong.MaxValue),
        from shift in Gen.Choose(0, 63)
        from low in Gen.Choose(0, int.MaxValue)
        select (ulong)(uint)low << shift);

    private static readonly Gen<uint> s_number32 = s_number.Select(n => unchecked((uint)n));

    private static readonly Gen<ulong> s_positive = s_number.Where(n => n > 0);

    private static readonly Gen<long> s_time = s_number.Select(n => (long)(n >> 1)).Where(n => n > 0);

    private static readonly Gen<AccountId> s_account = Bytes(AccountId.Length).Select(b => AccountId.From(b));

    private static readonly Gen<NamespaceId> s_namespace = s_number.Select(n => new NamespaceId(n));

    private static readonly Gen<string> s_name =
        from length in Gen.Choose(3, 32)
        from characters in Gen.Elements("abcxyz019-".ToCharArray()).ArrayOf(length)
        select new string(characters);

    private static readonly Gen<string> s_chainId =
        from length in Gen.Choose(1, 50)
        from characters in Gen.Elements("abz-09_.äß界".ToCharArray()).ArrayOf(length)
        select new string(characters);

    private static readonly Gen<NamespaceSettings> s_settings =
        from restricted in Gen.Elements(true, false)
        from count in Gen.Choose(0, 4)
        from writers in s_account.ArrayOf(count)
        from hasRecipient in Gen.Elements(true, false)
        from recipient in s_account
        from surcharge in s_number
        from bytes in s_number
        from mode in Gen.Elements(DataMode.Full, DataMode.Commitment)
        select new NamespaceSettings
        {
            Writers = restricted ? [.. writers.Distinct().Order()] : null,
            FeeRecipient = hasRecipient ? recipient : null,
            SurchargePerByte = surcharge,
            MaxBytesPerBlock = bytes,
            DataMode = mode,
        };

    private static readonly Gen<TransactionAction> s_action = Gen.OneOf(
        from id in s_namespace
        from length in Gen.Choose(1, 300)
        from payload in Bytes(length)
        select (TransactionAction)new SubmitData(id, payload),
        from recipient in s_account
        from amount in s_positive
        select (TransactionAction)new Transfer(recipient, amount),
        from name in s_name
        from settings in s_settings
        from deposit in s_number
        select (TransactionAction)new RegisterNamespace(name, settings, deposit),
        from id in s_namespace
        from settings in s_settings
        from deposit in s_number
        from hasOwner in Gen.Elements(true, false)
        from owner in s_account
        select (TransactionAction)new UpdateNamespace(id, settings, deposit, hasOwner ? owner : null));

    public static Arbitrary<TransactionBody> Bodies() => (
        from chainId in s_chainId
        from nonce in s_number
        from maxFee in s_number
        from tip in s_number
        from expiry in s_time
        from count in Gen.Choose(1, 5)
        from actions in s_action.ArrayOf(count)
        select new TransactionBody
        {
            ChainId = chainId,
            Nonce = nonce,
            MaxFeePerByte = maxFee,
            TipPerByte = tip,
            ExpiryTime = expiry,
            Actions = actions,
        }).ToArbitrary();

    public static Arbitrary<Preamble> Preambles() => (
        from height in s_time
        from root in Bytes(Preamble.NamespaceRootLength)
        from entries in s_number32
        from forced in s_number32
        from bytes in s_number
        select new Preamble
        {
            Height = height,
            NamespaceRoot = root,
            EntryCount = entries,
            ForcedCount = Math.Min(entries, forced),
            PayloadBytes = bytes,
        }).ToArbitrary();

    private static Gen<byte[]> Bytes(int length) =>
        Gen.Choose(0, 255).Select(n => (byte)n).ArrayOf(length);
}
