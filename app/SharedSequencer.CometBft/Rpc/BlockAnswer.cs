using System.Collections.Immutable;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>A block as the RPC shows it.</summary>
/// <param name="EvidenceJson">Each piece of evidence in CometBFT's JSON, as it came: nothing here reads it.</param>
public sealed record BlockAnswer(
    BlockId BlockId,
    Header Header,
    ImmutableArray<ReadOnlyMemory<byte>> Transactions,
    ImmutableArray<string> EvidenceJson,
    Commit LastCommit)
{
    private const int MaximumEvidence = 10_000;

    /// <summary>Why the parts contradict the header, or null. No signature is checked, nor evidence against its hash.</summary>
    public string? Fault()
    {
        var hash = Header.Hash();
        if (BlockId.Hash != hash)
            return $"the block id is {BlockId.Hash?.ToString() ?? "(none)"}, the header's hash is {hash}";
        var dataHash = TransactionList.Hash(Transactions);
        if (Header.DataHash != dataHash)
            return $"the header names data {Header.DataHash?.ToString() ?? "(none)"}, the transactions' hash is {dataHash}";
        var commitHash = LastCommit.Hash();
        if (Header.LastCommitHash != commitHash)
            return $"the header names commit {Header.LastCommitHash?.ToString() ?? "(none)"}, the commit's hash is {commitHash}";
        if (EvidenceJson.IsEmpty && Header.EvidenceHash != EvidenceList.EmptyHash)
            return "the header names evidence, but none is there";
        return null;
    }

    internal static BlockAnswer Read(JsonField json)
    {
        var block = json.Get("block");
        return new BlockAnswer(
            CometJsonReader.BlockId(json.Get("block_id")),
            CometJsonReader.Header(block.Get("header")),
            CometJsonReader.Transactions(block.Get("data").Get("txs")),
            block.Get("evidence").Get("evidence").Array(MaximumEvidence, item => item.Raw),
            CometJsonReader.Commit(block.Get("last_commit")));
    }
}
