using System.Text.Json.Nodes;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Hosting.Health;

namespace SharedSequencer.Node.Api.Description;

/// <summary>What each text in the API's types is: .NET's type says only that it is one. Of a list, what its items are.</summary>
internal static class MemberForms
{
    private static readonly Dictionary<(Type Type, string Member), Func<JsonObject>> s_forms = new()
    {
        [(typeof(Problem), "type")] = () => Forms.Text("^urn:sequencer:problem:[a-z0-9_]+$", "The code as a URI."),
        [(typeof(Problem), "title")] = () => Forms.Words,
        [(typeof(Problem), "code")] = () => Forms.Code,
        [(typeof(Problem), "detail")] = () => Forms.Words,

        [(typeof(SubmitTransactionResponse), "id")] = () => Forms.Hash,
        [(typeof(SubmitTransactionResponse), "status")] = Status,
        [(typeof(TransactionStatusResponse), "id")] = () => Forms.Hash,
        [(typeof(TransactionStatusResponse), "status")] = Status,
        [(typeof(TransactionReason), "code")] = () => Forms.Code,
        [(typeof(TransactionReason), "message")] = () => Forms.Words,

        [(typeof(NamespaceResponse), "id")] = () => Forms.NamespaceId,
        [(typeof(NamespaceResponse), "name")] = () => Forms.Name,
        [(typeof(NamespaceResponse), "owner")] = () => Forms.Address,
        [(typeof(NamespaceResponse), "writers")] = () => Forms.Address,
        [(typeof(NamespaceResponse), "fee_recipient")] = () => Forms.Address,
        [(typeof(NamespaceResponse), "surcharge_per_byte")] = () => Forms.Amount,
        [(typeof(NamespaceResponse), "fee_per_byte")] = () => Forms.Amount,
        [(typeof(NamespaceResponse), "data_mode")] = () => Forms.OneOf("full", "commitment"),
        [(typeof(NamespaceResponse), "deposit")] = () => Forms.Amount,
        [(typeof(NamespaceHeadResponse), "root")] = () => Forms.Hash,
        [(typeof(NamespaceListResponse), "next")] = () => Forms.NamespaceId,

        [(typeof(SliceResponse), "namespace")] = () => Forms.NamespaceId,
        [(typeof(SliceResponse), "block_hash")] = () => Forms.Hash,
        [(typeof(EntryResponse), "sender")] = () => Forms.Address,
        [(typeof(EntryResponse), "transaction")] = () => Forms.Hash,
        [(typeof(MerkleProofResponse), "leaf_hash")] = () => Forms.Hash,
        [(typeof(MerkleProofResponse), "aunts")] = () => Forms.Hash,
        [(typeof(NamespaceProofResponse), "nodes")] = () => Forms.Node,
        [(typeof(NamespaceProofResponse), "leaf_hash")] = () => Forms.Node,
        [(typeof(HeadResponse), "namespace")] = () => Forms.NamespaceId,
        [(typeof(HeadProofResponse), "state_root")] = () => Forms.Hash,
        [(typeof(HeadProofResponse), "block_hash")] = () => Forms.Hash,
        [(typeof(SliceHistoryResponse), "nodes")] = () => Forms.Hash,
        [(typeof(HeadConsistencyResponse), "namespace")] = () => Forms.NamespaceId,
        [(typeof(HeadConsistencyResponse), "nodes")] = () => Forms.Hash,
        [(typeof(TipEvent), "block_hash")] = () => Forms.Hash,

        [(typeof(BlockResponse), "hash")] = () => Forms.Hash,
        [(typeof(BlockResponse), "app_hash")] = () => Forms.Hash,
        [(typeof(BlockResponse), "proposer")] = () => Forms.ConsensusAddress,
        [(typeof(BlockResponse), "transactions")] = () => Forms.Hash,
        [(typeof(BlockResponse), "namespaces")] = () => Forms.NamespaceId,
        [(typeof(PreambleResponse), "namespace_root")] = () => Forms.Node,
        [(typeof(LightResponse), "hash")] = () => Forms.Hash,

        [(typeof(AccountResponse), "address")] = () => Forms.Address,
        [(typeof(AccountResponse), "balance")] = () => Forms.Amount,
        [(typeof(AccountProofResponse), "state_root")] = () => Forms.Hash,
        [(typeof(AccountProofResponse), "block_hash")] = () => Forms.Hash,
        [(typeof(ProofOperatorResponse), "type")] = () => Forms.OneOf("simple:v"),
        [(typeof(FeesResponse), "base_fee_per_byte")] = () => Forms.Amount,
        [(typeof(FeesResponse), "suggested_tip_per_byte")] = () => Forms.Amount,
        [(typeof(StatusResponse), "chain_id")] = () => Forms.Words,
        [(typeof(StatusResponse), "version")] = () => Forms.Words,
        [(typeof(StatusResponse), "engine")] = () => Forms.Words,
        [(typeof(StatusResponse), "block_hash")] = () => Forms.Hash,
        [(typeof(StatusResponse), "app_hash")] = () => Forms.Hash,

        [(typeof(AnchorSummary), "txid")] = () => Forms.Hash,
        [(typeof(AnchorSummary), "bitcoin_block_hash")] = () => Forms.Hash,
        [(typeof(AnchorSummary), "label")] = () => Forms.OneOf("reported"),
        [(typeof(AnchorEvidence), "transaction")] = () => Forms.Bytes,
        [(typeof(AnchorEvidence), "branch")] = () => Forms.Hash,
        [(typeof(AnchorEvidence), "coinbase")] = () => Forms.Bytes,
        [(typeof(AnchorEvidence), "coinbase_branch")] = () => Forms.Hash,
        [(typeof(AnchorEvidence), "headers")] = () => Forms.Hex(80, "A Bitcoin header, lower hex."),
        [(typeof(AnchorLostReport), "txid")] = () => Forms.Hash,
        [(typeof(AnchorLostReport), "reason")] = () => Forms.Words,

        [(typeof(ReadinessResult), "name")] = () => Forms.Code,
        [(typeof(ReadinessResult), "reason")] = () => Forms.Words,
    };

    /// <summary>The schema of a text.</summary>
    /// <exception cref="InvalidOperationException">Nobody has said what it is: add a row.</exception>
    public static JsonObject Of(Type type, string member) => s_forms.TryGetValue((type, member), out var form)
        ? form()
        : throw new InvalidOperationException($"What {type.Name}.{member} is, is not described: add it to {nameof(MemberForms)}.");

    private static JsonObject Status() => Forms.OneOf(
        TransactionStatuses.Received, TransactionStatuses.WaitingForNonce, TransactionStatuses.Final, TransactionStatuses.Anchored,
        TransactionStatuses.Firm, TransactionStatuses.Rejected, TransactionStatuses.Expired, TransactionStatuses.Replaced,
        TransactionStatuses.Evicted);
}
