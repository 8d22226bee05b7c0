using System.Security.Cryptography;
using System.Text;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cryptography;

/// <summary>BIP 340's tagged hash for one tag: SHA-256(SHA-256(tag) ‖ SHA-256(tag) ‖ data).</summary>
public sealed class TaggedHash
{
    private readonly byte[] _prefix;

    public TaggedHash(string tag)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(tag));
        _prefix = [.. digest, .. digest];
    }

    /// <summary>The tagged hash of <paramref name="data"/>.</summary>
    public Hash256 Of(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Hash256.Length];
        if (data.Length <= 1024)
        {
            // One call on one buffer is several times cheaper than an incremental hash object.
            Span<byte> buffer = stackalloc byte[_prefix.Length + data.Length];
            _prefix.CopyTo(buffer);
            data.CopyTo(buffer[_prefix.Length..]);
            SHA256.HashData(buffer, digest);
        }
        else
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(_prefix);
            hash.AppendData(data);
            hash.GetHashAndReset(digest);
        }

        return Hash256.From(digest);
    }
}
