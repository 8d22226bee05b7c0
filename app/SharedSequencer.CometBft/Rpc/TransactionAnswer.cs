using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>A transaction in a block, found by its hash (CometBFT's indexer must be on).</summary>
/// <param name="Proof">Its place under the block's data_hash; null unless it was asked for.</param>
public sealed record TransactionAnswer(
    Hash256 Hash,
    long Height,
    uint Index,
    ReadOnlyMemory<byte> Transaction,
    TransactionResult Result,
    InclusionProof? Proof)
{
    private const int MaximumAunts = 64;

    /// <summary>True when the proof shows exactly this transaction at this index under <paramref name="dataHash"/>.</summary>
    public bool IsProvenUnder(Hash256 dataHash) =>
        Proof is not null && Proof.Verify(dataHash, Index, TransactionList.LeafHash(Transaction.Span));

    internal static TransactionAnswer Read(JsonField json) => new(
        json.Get("hash").Hash(),
        json.Get("height").Int64(),
        json.Get("index").UInt32(),
        json.Get("tx").Base64(),
        TransactionResult.Read(json.Get("tx_result")),
        json.TryGet("proof", out var proof) && proof.TryGet("proof", out var path) ? ReadProof(path) : null);

    private static InclusionProof? ReadProof(JsonField json)
    {
        // Without prove=true some versions write an empty proof.
        var total = json.Get("total").UInt64();
        if (total == 0)
            return null;
        return new InclusionProof(
            total,
            json.Get("index").UInt64(),
            ReadHash(json.Get("leaf_hash")),
            [.. json.Get("aunts").Array(MaximumAunts, ReadHash)]);
    }

    private static Hash256 ReadHash(JsonField json) =>
        json.Base64() is { Length: Hash256.Length } bytes ? Hash256.From(bytes) : throw json.Wrong("a hash of 32 bytes in base64");
}
