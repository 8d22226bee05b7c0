using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

public sealed class TransparencyLogVectorTests
{
    [Test]
    public void Inclusion_proofs_are_judged_as_the_transparency_log_vectors_say()
    {
        var files = Directory.GetFiles(VectorFiles.ForeignFolder("rfc6962"), "*.json", SearchOption.AllDirectories);
        Assert.That(files, Has.Length.GreaterThanOrEqualTo(40));
        foreach (var file in files)
        {
            var vector = VectorFiles.Read(file);
            Assert.That(Accepts(vector), Is.EqualTo(!vector.GetProperty("wantErr").GetBoolean()), file);
        }
    }

    private static bool Accepts(JsonElement vector)
    {
        // Hashes of another length cannot even be written down in our types.
        if (!TryHash(vector.GetProperty("root"), out var root) || !TryHash(vector.GetProperty("leafHash"), out var leaf))
            return false;
        var aunts = new List<Hash256>();
        foreach (var item in vector.GetProperty("proof").EnumerateArray())
        {
            if (!TryHash(item, out var aunt))
                return false;
            aunts.Add(aunt);
        }

        var total = vector.GetProperty("treeSize").GetUInt64();
        var index = vector.GetProperty("leafIdx").GetUInt64();
        return new InclusionProof(total, index, leaf, [.. aunts]).Verify(root, total, index, leaf);
    }

    private static bool TryHash(JsonElement element, out Hash256 hash)
    {
        var bytes = element.GetBytesFromBase64();
        hash = bytes.Length == Hash256.Length ? Hash256.From(bytes) : default;
        return bytes.Length == Hash256.Length;
    }
}
