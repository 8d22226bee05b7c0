using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SharedSequencer.Hosting.Http;

/// <summary>
/// Whom a limit counts as one client: an IPv4 address, or the 64-bit network of an IPv6 address, as one subscriber has
/// all of its addresses.
/// </summary>
public readonly record struct ClientAddress(ulong Network, bool IsV6)
{
    /// <param name="address">The connection's remote address; null (no IP at all) counts as one client.</param>
    public static ClientAddress Of(IPAddress? address)
    {
        if (address is null)
            return default;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new ClientAddress(BinaryPrimitives.ReadUInt64BigEndian(bytes), true)
            : new ClientAddress(BinaryPrimitives.ReadUInt32BigEndian(bytes), false);
    }
}
