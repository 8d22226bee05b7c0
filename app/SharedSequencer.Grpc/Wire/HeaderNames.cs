using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Wire;

/// <summary>Names that the protocol itself uses (gRPC over HTTP/2), and the text form of bytes in headers.</summary>
internal static class HeaderNames
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";

    /// <summary>The one compression that is taken: none.</summary>
    public const string Identity = "identity";

    /// <summary>Protobuf over gRPC: <c>application/grpc</c> or <c>application/grpc+proto</c>, with any parameters.</summary>
    public static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
            return false;
        var rest = contentType.AsSpan(ContentType.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase))
            rest = rest["+proto".Length..];
        return rest.IsEmpty || rest[0] == ';';
    }

    /// <summary>True for names that a caller's metadata cannot have.</summary>
    public static bool IsReserved(string name) =>
        name.StartsWith(':')
        || (name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) && !name.Equals(RpcException.DetailsTrailer, StringComparison.OrdinalIgnoreCase))
        || name.Equals("content-type", StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("host", StringComparison.OrdinalIgnoreCase)
        || name.Equals("te", StringComparison.OrdinalIgnoreCase);

    /// <summary>Base64 without padding, as the protocol asks for.</summary>
    public static string EncodeBytes(byte[] value) => Convert.ToBase64String(value).TrimEnd('=');

    /// <summary>Base64 with or without padding.</summary>
    public static bool TryDecodeBytes(string text, out byte[] value)
    {
        value = [];
        var bare = text.Trim().TrimEnd('=');
        if (bare.Length % 4 == 1)
            return false;
        var buffer = new byte[bare.Length * 3 / 4];
        if (!Convert.TryFromBase64String(bare.PadRight((bare.Length + 3) / 4 * 4, '='), buffer, out var written))
            return false;
        value = buffer[..written];
        return true;
    }

    /// <summary>Headers or trailers as metadata; those of the protocol are left out.</summary>
    /// <returns>False, and the header's name, when a <c>-bin</c> value is not base64.</returns>
    public static bool TryRead(IEnumerable<KeyValuePair<string, string>> headers, out Metadata metadata, out string bad)
    {
        metadata = [];
        bad = "";
        foreach (var (name, text) in headers)
        {
            if (IsReserved(name))
                continue;
            var key = name.ToLowerInvariant();
            if (!key.EndsWith(Metadata.BinarySuffix, StringComparison.Ordinal))
            {
                // What is no ASCII cannot have been sent by the rules: it is of no use to a method.
                if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                    metadata.Add(key, text);
                continue;
            }

            foreach (var part in text.Split(','))
            {
                if (!TryDecodeBytes(part, out var bytes))
                {
                    bad = key;
                    return false;
                }

                metadata.Add(key, bytes);
            }
        }

        return true;
    }
}
