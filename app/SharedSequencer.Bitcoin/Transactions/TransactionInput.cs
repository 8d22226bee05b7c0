namespace SharedSequencer.Bitcoin;

/// <summary>An input: the output it spends, its script and witness. Do not change the arrays.</summary>
public sealed record TransactionInput(OutPoint Previous)
{
    /// <summary>Signals replaceability (BIP 125) and leaves the lock time in force.</summary>
    public const uint ReplaceableSequence = 0xfffffffd;

    public byte[] ScriptSig { get; init; } = [];

    public uint Sequence { get; init; } = ReplaceableSequence;

    /// <summary>The witness stack, empty when there is none.</summary>
    public IReadOnlyList<byte[]> Witness { get; init; } = [];
}
