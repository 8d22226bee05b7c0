using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// The four bytes that tell one sequencer chain's checkpoints from another's in Bitcoin. A filter and no proof: a
/// checkpoint counts only when its block hash is the chain's.
/// </summary>
public readonly record struct ChainTag(uint Value)
{
    /// <summary>Bytes in a tag.</summary>
    public const int Length = 4;

    private static readonly byte[] s_domain = "sharedsequencer/checkpoint/v1"u8.ToArray();

    /// <summary>
    /// The first 4 bytes of SHA-256("sharedsequencer/checkpoint/v1" ‖ u32 length of the chain id ‖ chain id ‖ i64 seconds ‖
    /// u32 nanoseconds ‖ app_hash), integers big-endian; time and app_hash are those of the header at the initial height.
    /// That header carries the genesis time and the app_hash that InitChain answered, so the state machine knows them
    /// from genesis, and everyone else from <c>/light/1</c>, whoever proposed the first block.
    /// </summary>
    /// <param name="chainId">The chain id, UTF-8.</param>
    /// <param name="genesisSeconds">Whole seconds of the first header's time since 1970, UTC.</param>
    /// <param name="genesisNanoseconds">Its fraction of a second.</param>
    /// <param name="genesisAppHash">The first header's app_hash.</param>
    public static ChainTag Of(string chainId, long genesisSeconds, uint genesisNanoseconds, ReadOnlySpan<byte> genesisAppHash)
    {
        var id = Encoding.UTF8.GetBytes(chainId);
        var data = new byte[s_domain.Length + 4 + id.Length + 8 + 4 + genesisAppHash.Length];
        var rest = data.AsSpan();
        s_domain.CopyTo(rest);
        rest = rest[s_domain.Length..];
        BinaryPrimitives.WriteInt32BigEndian(rest, id.Length);
        id.CopyTo(rest[4..]);
        rest = rest[(4 + id.Length)..];
        BinaryPrimitives.WriteInt64BigEndian(rest, genesisSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(rest[8..], genesisNanoseconds);
        genesisAppHash.CopyTo(rest[12..]);
        return new(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(data)));
    }

    /// <summary>Reads 8 hex digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out ChainTag tag)
    {
        tag = default;
        if (hex.Length != 2 * Length || !uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        tag = new(value);
        return true;
    }

    public override string ToString() => Value.ToString("x8", CultureInfo.InvariantCulture);
}
