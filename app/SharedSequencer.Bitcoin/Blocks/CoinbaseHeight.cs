namespace SharedSequencer.Bitcoin;

/// <summary>BIP 34: the script of a coinbase begins with a push of the block's height.</summary>
internal static class CoinbaseHeight
{
    private const byte Op1 = 0x51;
    private const byte Op16 = 0x60;

    /// <summary>Reads the height; false when the script does not begin with one in its shortest form.</summary>
    public static bool TryRead(ReadOnlySpan<byte> script, out uint height)
    {
        height = 0;
        if (script.Length == 0)
            return false;
        if (script[0] is >= Op1 and <= Op16)
        {
            height = (uint)(script[0] - Op1 + 1);
            return true;
        }

        var length = script[0];
        if (length is 0 or > 5 || script.Length < 1 + length)
            return false;
        var number = script.Slice(1, length);
        var negative = (number[^1] & 0x80) != 0;
        var padded = number[^1] == 0 && (length == 1 || (number[^2] & 0x80) == 0);
        if (negative || padded)
            return false;

        var value = 0UL;
        for (var i = 0; i < length; i++)
            value |= (ulong)number[i] << (8 * i);
        if (value is <= 16 or > uint.MaxValue)
            return false;
        height = (uint)value;
        return true;
    }
}
