using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Grpc;

/// <summary>The exact form of what the contracts carry as text.</summary>
internal static class ExactBytes
{
    /// <summary>Of hex, in either case.</summary>
    public static ByteString OfHex(string hex) => Wrap(Convert.FromHexString(hex));

    /// <summary>The key of an address.</summary>
    public static ByteString OfAddress(string address) => Wrap(AccountId.Parse(address).Span.ToArray());

    /// <summary>Without a copy: the bytes must not change any more.</summary>
    public static ByteString Wrap(byte[] bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    /// <summary>Of a decimal number.</summary>
    public static ulong Amount(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    public static Timestamp Time(DateTimeOffset time) => Timestamp.FromDateTimeOffset(time);
}
