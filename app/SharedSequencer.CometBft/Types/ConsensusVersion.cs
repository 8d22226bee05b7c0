using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>The versions a header states: of CometBFT's block format (11), and of the application's rules.</summary>
public readonly record struct ConsensusVersion(ulong Block, ulong App)
{
    internal byte[] ToProto() => new WireWriter(20).UInt64(1, Block).UInt64(2, App).ToArray();

    internal static ConsensusVersion FromProto(ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(data);
        var result = new ConsensusVersion(reader.UInt64(1), reader.UInt64(2));
        reader.EndOrThrow("version");
        return result;
    }
}
