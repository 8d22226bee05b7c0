using System.Globalization;
using System.Net;
using System.Text;

namespace SharedSequencer.Abci;

/// <summary>
/// Where the ABCI server listens, as CometBFT's <c>proxy_app</c> spells it: <c>unix:///run/seq/abci.sock</c> or
/// <c>tcp://127.0.0.1:26658</c>.
/// </summary>
public sealed record AbciAddress
{
    /// <summary>The kernel's limit on a unix socket's path (108 with the closing zero).</summary>
    public const int MaxUnixPathBytes = 107;

    private const string UnixScheme = "unix://";
    private const string TcpScheme = "tcp://";

    private AbciAddress(string text) => Text = text;

    /// <summary>The address in the form above.</summary>
    public string Text { get; }

    /// <summary>The socket's absolute path, or null for TCP.</summary>
    public string? UnixPath { get; private init; }

    /// <summary>The IP address and port, or null for a unix socket. Port 0 lets the kernel choose.</summary>
    public IPEndPoint? Tcp { get; private init; }

    /// <exception cref="FormatException">It is neither form, the path is relative or over 107 bytes, or the host is a name
    /// other than localhost.</exception>
    public static AbciAddress Parse(string text)
    {
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
            return Unix(text[UnixScheme.Length..]);
        if (text.StartsWith(TcpScheme, StringComparison.Ordinal))
            return ParseTcp(text);
        throw new FormatException($"ABCI address '{text}' must be unix:///absolute/path or tcp://host:port.");
    }

    /// <summary>A unix socket by its absolute path.</summary>
    public static AbciAddress Unix(string path)
    {
        if (!Path.IsPathFullyQualified(path) || Path.EndsInDirectorySeparator(path) || path.Contains('\0'))
            throw new FormatException($"Unix socket path '{path}' must be absolute and name a file: unix:///run/seq/abci.sock.");
        var length = Encoding.UTF8.GetByteCount(path);
        return length <= MaxUnixPathBytes
            ? new AbciAddress(UnixScheme + path) { UnixPath = path }
            : throw new FormatException(
                $"Unix socket path '{path}' is {length} bytes long; the kernel allows {MaxUnixPathBytes}. Choose a shorter folder.");
    }

    internal static AbciAddress OfTcp(IPEndPoint endPoint) => new(TcpScheme + endPoint) { Tcp = endPoint };

    private static AbciAddress ParseTcp(string text)
    {
        var rest = text[TcpScheme.Length..];
        var colon = rest.LastIndexOf(':');
        if (colon < 1
            || !ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new FormatException($"ABCI address '{text}' must end in a port from 0 to 65535: tcp://127.0.0.1:26658.");
        }

        var host = rest[..colon];
        var address = host == "localhost" ? IPAddress.Loopback : ParseHost(text, host);
        return OfTcp(new IPEndPoint(address, port));
    }

    private static IPAddress ParseHost(string text, string host) =>
        IPAddress.TryParse(host, out var address)
            ? address
            : throw new FormatException(
                $"ABCI address '{text}' must name an IP address or localhost to listen on, not '{host}'.");

    public override string ToString() => Text;
}
