namespace SharedSequencer.Evm.Transactions;

/// <summary>The gas that a transaction costs before its first instruction, as of Cancun (Yellow Paper g0, EIP-2028, 2930, 3860).</summary>
internal static class IntrinsicGas
{
    public const int MaxInitCodeBytes = 49_152;

    private const ulong Transaction = 21_000;
    private const ulong Creation = 53_000;
    private const ulong ZeroByte = 4;
    private const ulong OtherByte = 16;
    private const ulong InitCodeWord = 2;
    private const ulong AccessListAddress = 2_400;
    private const ulong AccessListKey = 1_900;

    public static ulong Of(ReadOnlySpan<byte> data, bool isCreation, IReadOnlyList<AccessListEntry> accessList)
    {
        var zeros = (ulong)data.Count((byte)0);
        var gas = (isCreation ? Creation : Transaction) + (zeros * ZeroByte) + (((ulong)data.Length - zeros) * OtherByte);
        if (isCreation)
            gas += ((ulong)data.Length + 31) / 32 * InitCodeWord;
        foreach (var entry in accessList)
            gas += AccessListAddress + ((ulong)entry.StorageKeys.Count * AccessListKey);
        return gas;
    }
}
