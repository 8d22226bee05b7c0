namespace SharedSequencer.Bitcoin.Wallet;

/// <summary>A data output: OP_RETURN and one push of at most 80 bytes, which every version of bitcoind relays.</summary>
public static class OpReturn
{
    /// <summary>Bytes of data that old and new nodes relay.</summary>
    public const int MaximumData = 80;

    private const byte Op = 0x6a;
    private const byte PushData1 = 0x4c;
    private const int LongestDirectPush = 75;

    /// <exception cref="ArgumentException">The data is empty or longer than 80 bytes.</exception>
    public static byte[] Script(ReadOnlySpan<byte> data) => data.Length switch
    {
        0 or > MaximumData => throw new ArgumentException($"1 to {MaximumData} bytes fit into an OP_RETURN output, not {data.Length}.", nameof(data)),
        <= LongestDirectPush => [Op, (byte)data.Length, .. data],
        _ => [Op, PushData1, (byte)data.Length, .. data],
    };

    /// <summary>The data, when the script is exactly OP_RETURN and one push in its shortest form, of at most 80 bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> script, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (script.Length < 2 || script[0] != Op)
            return false;
        var isLong = script[1] == PushData1;
        var start = isLong ? 3 : 2;
        if (script.Length <= start)
            return false;
        var length = script[start - 1];
        if (length > MaximumData || length <= LongestDirectPush == isLong || script.Length != start + length)
            return false;
        data = script[start..];
        return true;
    }
}
