using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>A header with the commit that decided it.</summary>
public sealed record SignedHeader(Header Header, Commit Commit)
{
    /// <summary>Why header and commit do not belong together, or null. No signature is checked here.</summary>
    public string? Fault()
    {
        if (Commit.Height != Header.Height)
            return $"the commit is of height {Commit.Height}, the header of height {Header.Height}";
        var hash = Header.Hash();
        if (Commit.BlockId.Hash != hash)
            return $"the commit is for block {Commit.BlockId.Hash?.ToString() ?? "(none)"}, the header's hash is {hash}";
        return null;
    }

    /// <summary>The canonical bytes of tendermint.types.SignedHeader.</summary>
    public byte[] ToProto() => new WireWriter(1024)
        .AlwaysBytes(1, Header.ToProto())
        .AlwaysBytes(2, Commit.ToProto())
        .ToArray();

    /// <summary>Reads canonical bytes of tendermint.types.SignedHeader.</summary>
    /// <exception cref="FormatException">The bytes are something else; the message says what.</exception>
    public static SignedHeader FromProto(ReadOnlySpan<byte> data)
    {
        const string Owner = "signed header";
        var reader = new WireReader(data);
        var result = new SignedHeader(
            Header.FromProto(reader.Message(1, Owner)),
            Commit.FromProto(reader.Message(2, Owner)));
        reader.EndOrThrow(Owner);
        return result;
    }
}
