using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;

namespace SharedSequencer.Client.Verification;

/// <summary>
/// Reads an answer's texts and bytes into types. Strict: each value has one text, so that no two answers that differ
/// are both accepted for the same value.
/// </summary>
internal static class SliceProofReader
{
    /// <summary>More than any tree of 2^32 leaves needs on one path, or on both sides of a range.</summary>
    private const int MaximumNodes = 128;

    public static LightBlock LightBlock(byte[] bytes)
    {
        try
        {
            return CometBft.Types.LightBlock.FromProto(bytes);
        }
        catch (FormatException e)
        {
            throw new SliceProofException(VerificationStep.Header, e.Message);
        }
    }

    public static InclusionProof Inclusion(MerkleProofResponse proof)
    {
        if (proof.Total < 0 || proof.Index < 0)
            throw Malformed($"the preamble's proof has total {proof.Total} and index {proof.Index}");
        CheckCount(proof.Aunts.Count);
        return new InclusionProof(
            (ulong)proof.Total, (ulong)proof.Index, Hash(proof.LeafHash), [.. proof.Aunts.Select(aunt => Hash(aunt))]);
    }

    public static NamespaceProof Namespace(NamespaceProofResponse proof)
    {
        CheckCount(proof.Nodes.Count);
        return new NamespaceProof(
            proof.Start,
            proof.End,
            [.. proof.Nodes.Select(node => Node(node))],
            proof.LeafHash is null ? null : Node(proof.LeafHash));
    }

    public static List<Entry> Entries(NamespaceId id, IReadOnlyList<EntryResponse> entries)
    {
        var result = new List<Entry>(entries.Count);
        foreach (var entry in entries)
        {
            if (entry is null)
                throw Malformed("an entry is null");
            if (!AccountId.TryParse(entry.Sender, out var sender) || sender.ToString() != entry.Sender)
                throw Malformed($"'{entry.Sender}' is not an address");
            if (entry.Payload.Length == 0)
                throw Malformed("an entry has no payload");
            result.Add(new Entry(id, entry.Index, entry.Action, sender, entry.Payload));
        }

        return result;
    }

    public static SliceProofException Malformed(string reason) => new(VerificationStep.Format, $"The answer is malformed: {reason}.");

    private static void CheckCount(int count)
    {
        if (count > MaximumNodes)
            throw Malformed($"a proof has {count} nodes, more than any tree needs");
    }

    public static Hash256 Hash(string? text) =>
        text is not null && Hash256.TryParse(text, out var hash) && hash.ToString() == text
            ? hash
            : throw Malformed($"'{text}' is not 32 bytes in lower hex");

    private static NamespacedHash Node(string? text)
    {
        Span<byte> bytes = stackalloc byte[NamespacedHash.Length];
        if (text?.Length != 2 * NamespacedHash.Length
            || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done
            || Convert.ToHexStringLower(bytes) != text
            || !NamespacedHash.TryRead(bytes, out var node))
        {
            throw Malformed($"'{text}' is not a node: 48 bytes in lower hex, the least namespace not above the greatest");
        }

        return node;
    }
}
