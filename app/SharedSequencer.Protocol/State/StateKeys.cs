using SharedSequencer.Primitives;

namespace SharedSequencer.Protocol.State;

/// <summary>Keys of the state. They are hashed into app_hash and named by proofs: they never change.</summary>
public static class StateKeys
{
    /// <summary>One byte before an account's 32.</summary>
    public const byte AccountPrefix = (byte)'a';

    /// <summary>One byte before a namespace's 8: its record.</summary>
    public const byte NamespacePrefix = (byte)'n';

    /// <summary>One byte before a namespace's 8: its head.</summary>
    public const byte HeadPrefix = (byte)'h';

    /// <summary>One byte before a namespace's 8: its fee meter.</summary>
    public const byte MeterPrefix = (byte)'m';

    /// <summary>The chain's id, as UTF-8.</summary>
    public static ReadOnlySpan<byte> ChainId => "chain-id"u8;

    /// <summary>The <see cref="ChainParameters"/>.</summary>
    public static ReadOnlySpan<byte> Parameters => "parameters"u8;

    /// <summary>Fees that no one has received yet: u64 big-endian, absent when zero.</summary>
    public static ReadOnlySpan<byte> FeeAccount => "fee-account"u8;

    /// <summary>The chain's <see cref="FeeMeter"/>.</summary>
    public static ReadOnlySpan<byte> FeeMeter => "fee-meter"u8;

    public static byte[] Meter(NamespaceId id) => [MeterPrefix, .. id.ToArray()];

    public static byte[] Account(AccountId id) => [AccountPrefix, .. id.Span];

    /// <summary>True for a key that <see cref="Account"/> made.</summary>
    public static bool IsAccount(ReadOnlySpan<byte> key) => key.Length == 1 + AccountId.Length && key[0] == AccountPrefix;

    /// <summary>Whose account a key is, for which <see cref="IsAccount"/> holds.</summary>
    public static AccountId AccountOf(ReadOnlySpan<byte> key) => AccountId.From(key[1..]);

    public static byte[] Namespace(NamespaceId id) => [NamespacePrefix, .. id.ToArray()];

    public static byte[] Head(NamespaceId id) => [HeadPrefix, .. id.ToArray()];
}
