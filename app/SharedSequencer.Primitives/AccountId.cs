using System.Diagnostics.CodeAnalysis;

namespace SharedSequencer.Primitives;

/// <summary>
/// An account: a BIP 340 x-only public key, 32 bytes. Its text is bech32m with the prefix <c>seq</c> (BIP 350).
/// The bytes are not checked to lie on the curve: coins may be sent to a key that nobody can have.
/// </summary>
public readonly struct AccountId : IEquatable<AccountId>, IComparable<AccountId>
{
    /// <summary>Bytes in a key.</summary>
    public const int Length = 32;

    /// <summary>The human-readable part of an address.</summary>
    public const string Prefix = "seq";

    private readonly Bytes32 _bytes;

    private AccountId(Bytes32 bytes) => _bytes = bytes;

    /// <summary>The 32 bytes, without a copy.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>Takes 32 bytes as they are.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public static AccountId From(ReadOnlySpan<byte> bytes) => new(Bytes32.From(bytes));

    /// <summary>Reads an address such as <c>seq1…</c>.</summary>
    public static bool TryParse(string text, out AccountId account)
    {
        if (Bech32m.TryDecode(text, out var prefix, out var data) && prefix == Prefix && data.Length == Length)
        {
            account = From(data);
            return true;
        }

        account = default;
        return false;
    }

    /// <summary>Reads an address such as <c>seq1…</c>.</summary>
    /// <exception cref="FormatException">The text is not such an address.</exception>
    public static AccountId Parse(string text) =>
        TryParse(text, out var account)
            ? account
            : throw new FormatException($"'{text}' is not an address: bech32m with the prefix '{Prefix}' and 32 bytes is needed.");

    public byte[] ToArray() => Span.ToArray();

    public bool Equals(AccountId other) => _bytes.Equals(other._bytes);

    public override bool Equals(object? obj) => obj is AccountId other && Equals(other);

    public override int GetHashCode() => _bytes.GetHashCode();

    public int CompareTo(AccountId other) => _bytes.CompareTo(other._bytes);

    public override string ToString() => Bech32m.Encode(Prefix, Span);

    public static bool operator ==(AccountId left, AccountId right) => left.Equals(right);

    public static bool operator !=(AccountId left, AccountId right) => !left.Equals(right);
}
