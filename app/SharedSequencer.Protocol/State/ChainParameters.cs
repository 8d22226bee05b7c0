using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Protocol.State;

/// <summary>What genesis decides for the whole chain; part of the state.</summary>
public sealed record ChainParameters
{
    /// <summary>The least base fee, in useq for each byte of a signed transaction.</summary>
    public ulong BaseFeePerByte { get; init; } = 1;

    /// <summary>How far ahead of the block time a transaction's expiry may lie, in seconds.</summary>
    public ulong MaxTransactionLifetime { get; init; } = 24 * 60 * 60;

    /// <summary>The least deposit of a namespace, in useq.</summary>
    public ulong MinimumNamespaceDeposit { get; init; } = 1_000_000;

    /// <summary>How the base fee answers to the bytes of all transactions.</summary>
    public FeeRate ChainFeeRate { get; init; } = new(4_000_000, 64_000_000);

    /// <summary>How a namespace's own fee answers to its payload bytes.</summary>
    public FeeRate NamespaceFeeRate { get; init; } = new(2_000_000, 32_000_000);

    public byte[] Encode() => new WireWriter(32)
        .UInt64(1, BaseFeePerByte)
        .UInt64(2, MaxTransactionLifetime)
        .UInt64(3, MinimumNamespaceDeposit)
        .UInt64(4, ChainFeeRate.TargetBytesPerSecond)
        .UInt64(5, ChainFeeRate.UpdateBytes)
        .UInt64(6, NamespaceFeeRate.TargetBytesPerSecond)
        .UInt64(7, NamespaceFeeRate.UpdateBytes)
        .ToArray();

    /// <summary>Reads the record of the state.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such record: the state is broken.</exception>
    public static ChainParameters Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var parameters = new ChainParameters
        {
            BaseFeePerByte = reader.UInt64(1),
            MaxTransactionLifetime = reader.UInt64(2),
            MinimumNamespaceDeposit = reader.UInt64(3),
            ChainFeeRate = new FeeRate(reader.UInt64(4), reader.UInt64(5)),
            NamespaceFeeRate = new FeeRate(reader.UInt64(6), reader.UInt64(7)),
        };
        return reader.End() ? parameters : throw new InvalidDataException($"The state holds no chain parameters: {reader.Error}.");
    }
}
