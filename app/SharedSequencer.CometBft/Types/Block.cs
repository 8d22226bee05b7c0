using System.Collections.Immutable;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>A block as CometBFT gossips and stores it.</summary>
/// <param name="Evidence">The bytes of each tendermint.types.Evidence.</param>
public sealed record Block(
    Header Header,
    ImmutableArray<ReadOnlyMemory<byte>> Transactions,
    ImmutableArray<ReadOnlyMemory<byte>> Evidence,
    Commit LastCommit)
{
    /// <summary>The block's name: header hash and part set.</summary>
    public BlockId Id() => new(Header.Hash(), PartSet.HeaderOf(ToProto()));

    /// <summary>The canonical bytes of tendermint.types.Block.</summary>
    public byte[] ToProto()
    {
        var length = Transactions.Sum(transaction => transaction.Length + 8);
        var data = new WireWriter(length);
        foreach (var transaction in Transactions)
            data.AlwaysBytes(1, transaction.Span);
        var evidence = new WireWriter();
        foreach (var item in Evidence)
            evidence.AlwaysBytes(1, item.Span);
        return new WireWriter(length + 4096)
            .AlwaysBytes(1, Header.ToProto())
            .AlwaysBytes(2, data.Written)
            .AlwaysBytes(3, evidence.Written)
            .AlwaysBytes(4, LastCommit.ToProto())
            .ToArray();
    }

    /// <summary>Reads canonical bytes of tendermint.types.Block.</summary>
    /// <exception cref="FormatException">The bytes are something else; the message says what.</exception>
    public static Block FromProto(ReadOnlySpan<byte> data)
    {
        const string Owner = "block";
        var reader = new WireReader(data);
        var block = new Block(
            Header.FromProto(reader.Message(1, Owner)),
            Items(reader.Message(2, Owner), "block data"),
            Items(reader.Message(3, Owner), "evidence list"),
            Commit.FromProto(reader.Message(4, Owner)));
        reader.EndOrThrow(Owner);
        return block;
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Items(ReadOnlySpan<byte> data, string owner)
    {
        var reader = new WireReader(data);
        var items = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        while (reader.TryMessage(1, out var item))
            items.Add(item.ToArray());
        reader.EndOrThrow(owner);
        return items.DrainToImmutable();
    }
}
