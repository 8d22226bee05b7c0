namespace SharedSequencer.Primitives;

/// <summary>Bech32m of whole bytes (BIP 350), at most 90 characters, lower case.</summary>
public static class Bech32m
{
    private const string Charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const uint ChecksumConstant = 0x2bc830a3;
    private const int ChecksumLength = 6;
    private const int MaximumLength = 90;

    private static readonly uint[] s_generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

    /// <summary>Encodes bytes, regrouped to 5 bits with zero padding.</summary>
    /// <exception cref="ArgumentException">
    /// The text would be longer than 90 characters, or the prefix is not lower-case printable ASCII.
    /// </exception>
    public static string Encode(string prefix, ReadOnlySpan<byte> data) => EncodeGroups(prefix, ToGroups(data));

    /// <summary>Encodes a SegWit output of version 1 or higher: the version is a group of its own (BIP 350).</summary>
    /// <exception cref="ArgumentException">
    /// The version is not 1 to 16, the program not 2 to 40 bytes, or the prefix not lower-case printable ASCII.
    /// </exception>
    public static string EncodeSegwit(string prefix, byte version, ReadOnlySpan<byte> program)
    {
        if (version is 0 or > 16)
            throw new ArgumentOutOfRangeException(nameof(version), version, "Bech32m is for witness versions 1 to 16.");
        if (program.Length is < 2 or > 40)
            throw new ArgumentException($"A witness program has 2 to 40 bytes; this one has {program.Length}.", nameof(program));
        return EncodeGroups(prefix, [version, .. ToGroups(program)]);
    }

    /// <summary>Decodes to whole bytes; refuses mixed case, a wrong checksum and non-zero padding.</summary>
    public static bool TryDecode(string text, out string prefix, out byte[] data)
    {
        data = [];
        return TryDecodeGroups(text, out prefix, out var groups) && TryToBytes(groups, out data);
    }

    /// <summary>Decodes a SegWit address of version 1 or higher.</summary>
    public static bool TryDecodeSegwit(string text, out string prefix, out byte version, out byte[] program)
    {
        program = [];
        version = 0;
        if (!TryDecodeGroups(text, out prefix, out var groups) || groups.Length == 0 || groups[0] is 0 or > 16)
            return false;
        version = groups[0];
        return TryToBytes(groups.AsSpan(1), out program) && program.Length is >= 2 and <= 40;
    }

    private static string EncodeGroups(string prefix, byte[] groups)
    {
        if (prefix.Length == 0 || prefix.AsSpan().ContainsAnyExceptInRange('!', '~') || prefix.AsSpan().ContainsAnyInRange('A', 'Z'))
            throw new ArgumentException($"'{prefix}' cannot be a prefix: lower-case printable ASCII is needed.", nameof(prefix));
        var length = prefix.Length + 1 + groups.Length + ChecksumLength;
        if (length > MaximumLength)
            throw new ArgumentException($"Bech32m text has at most 90 characters; this would have {length}.");

        var checksum = Polymod([.. Expand(prefix), .. groups, 0, 0, 0, 0, 0, 0]) ^ ChecksumConstant;
        var text = new char[length];
        prefix.CopyTo(text);
        text[prefix.Length] = '1';
        for (var i = 0; i < groups.Length; i++)
            text[prefix.Length + 1 + i] = Charset[groups[i]];
        for (var i = 0; i < ChecksumLength; i++)
            text[length - ChecksumLength + i] = Charset[(int)(checksum >> (5 * (5 - i))) & 31];
        return new string(text);
    }

    /// <summary>Decodes to groups of 5 bits, checksum checked and taken off.</summary>
    internal static bool TryDecodeGroups(string text, out string prefix, out byte[] groups)
    {
        prefix = "";
        groups = [];
        if (text.Length > MaximumLength)
            return false;
        var hasUpper = false;
        var hasLower = false;
        foreach (var c in text)
        {
            if (c is < '!' or > '~')
                return false;
            hasUpper |= c is >= 'A' and <= 'Z';
            hasLower |= c is >= 'a' and <= 'z';
        }

        if (hasUpper && hasLower)
            return false;

        var lower = text.ToLowerInvariant();
        var separator = lower.LastIndexOf('1');
        if (separator < 1 || lower.Length - separator - 1 < ChecksumLength)
            return false;

        var all = new byte[lower.Length - separator - 1];
        for (var i = 0; i < all.Length; i++)
        {
            var value = Charset.IndexOf(lower[separator + 1 + i], StringComparison.Ordinal);
            if (value < 0)
                return false;
            all[i] = (byte)value;
        }

        prefix = lower[..separator];
        if (Polymod([.. Expand(prefix), .. all]) != ChecksumConstant)
            return false;
        groups = all[..^ChecksumLength];
        return true;
    }

    private static byte[] Expand(string prefix)
    {
        var expanded = new byte[(prefix.Length * 2) + 1];
        for (var i = 0; i < prefix.Length; i++)
        {
            expanded[i] = (byte)(prefix[i] >> 5);
            expanded[prefix.Length + 1 + i] = (byte)(prefix[i] & 31);
        }

        return expanded;
    }

    private static uint Polymod(ReadOnlySpan<byte> values)
    {
        uint checksum = 1;
        foreach (var value in values)
        {
            var top = checksum >> 25;
            checksum = ((checksum & 0x1ffffff) << 5) ^ value;
            for (var i = 0; i < s_generator.Length; i++)
            {
                if (((top >> i) & 1) == 1)
                    checksum ^= s_generator[i];
            }
        }

        return checksum;
    }

    private static byte[] ToGroups(ReadOnlySpan<byte> data)
    {
        var groups = new byte[((data.Length * 8) + 4) / 5];
        for (var i = 0; i < groups.Length * 5; i++)
        {
            var bit = i < data.Length * 8 ? (data[i / 8] >> (7 - (i % 8))) & 1 : 0;
            groups[i / 5] |= (byte)(bit << (4 - (i % 5)));
        }

        return groups;
    }

    private static bool TryToBytes(ReadOnlySpan<byte> groups, out byte[] data)
    {
        data = new byte[groups.Length * 5 / 8];
        for (var i = 0; i < groups.Length * 5; i++)
        {
            var bit = (groups[i / 5] >> (4 - (i % 5))) & 1;
            if (i < data.Length * 8)
                data[i / 8] |= (byte)(bit << (7 - (i % 8)));
            else if (bit != 0)
                return false;
        }

        // A whole group of padding could be dropped without changing the bytes: not canonical.
        return (groups.Length * 5) - (data.Length * 8) < 5;
    }
}
