using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Hosting.Health;
using SharedSequencer.Protocol;

namespace SharedSequencer.Node.Api.Description;

/// <summary>Every operation of the node. <c>/openapi.json</c> is written from it, and Accept and Content-Type are checked by it.</summary>
internal static class OperationTable
{
    /// <summary>Where the description is.</summary>
    public const string DocumentPath = "/openapi.json";

    private static readonly ApiParameter s_namespace = new("namespace", ParameterPlace.Path, Forms.NamespaceOrName, "The namespace.");

    private static readonly ApiParameter s_transaction = new("id", ParameterPlace.Path, Forms.Hash, "The SHA-256 of the transaction's bytes.");

    private static readonly ApiParameter s_proof = new(
        "proof", ParameterPlace.Query, Forms.Flag, "Adds all that a verifier needs; docs/verifier.md says what to do with it.");

    private static readonly ApiParameter s_proofHeight = new(
        "height", ParameterPlace.Query, Forms.Whole(0, "A height."),
        "Of the state that proves, one of the last few. The newest that can be proven, unless given.");

    private static readonly ApiParameter s_resume = new(
        "Last-Event-ID", ParameterPlace.Header, Forms.Text("^.{1,64}$", "An event's id."), "Goes on behind the event with this id; it stands above other parameters.");

    private static readonly ApiProblem s_bad = new(400, ProblemCodes.BadRequest);
    private static readonly ApiProblem s_none = new(404, ProblemCodes.NotFound);
    private static readonly ApiProblem s_notYet = new(404, ProblemCodes.NotYet);
    private static readonly ApiProblem s_pruned = new(410, ProblemCodes.Pruned);
    private static readonly ApiProblem s_notReady = new(503, ProblemCodes.NotReady);
    private static readonly ApiProblem s_busy = new(503, ProblemCodes.Busy);

    private static readonly ApiProblem[] s_ofBodies =
    [
        s_bad, new(408, ProblemCodes.TooSlow), new(413, ProblemCodes.TooLarge), new(415, ProblemCodes.UnsupportedMediaType), s_busy,
    ];

    private static readonly ApiContent s_rawTransaction = new("application/octet-stream", null);

    /// <summary>What can go wrong with each operation of <c>/v1</c>.</summary>
    public static IReadOnlyList<ApiProblem> Everywhere { get; } =
    [
        new(406, ProblemCodes.NotAcceptable), new(429, ProblemCodes.TooManyRequests), new(500, ProblemCodes.Internal), s_notReady, s_busy,
    ];

    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        .. Transactions(), .. Namespaces(), .. Blocks(), .. Chain(), .. Anchors(), .. Services(),
    ];

    private static ApiOperation[] Transactions() =>
    [
        new("POST", "/v1/transactions", "submitTransaction", "Submit a signed transaction. The same bytes again tell its status.")
        {
            Tag = "transactions",
            Bodies = [s_rawTransaction, ApiContent.Json<SubmitTransactionRequest>()],
            Answers = [ApiAnswer.Of<SubmitTransactionResponse>("It was taken, or is known.")],
            Problems = [.. s_ofBodies, .. Refusals(), new(503, ProblemCodes.EngineUnavailable)],
        },
        new("POST", "/v1/transactions/batch", "submitTransactions", "Submit several, each with its length before it: 4 bytes, big-endian.")
        {
            Tag = "transactions",
            Bodies = [new("application/octet-stream", null)],
            Answers = [ApiAnswer.Of<SubmitTransactionResponse[]>("What became of each, in order; a refused one is 'rejected' with its reason.")],
            Problems = s_ofBodies,
        },
        new("GET", "/v1/transactions/{id}", "getTransaction", "Where a transaction stands.")
        {
            Tag = "transactions",
            Parameters = [s_transaction],
            Answers = [ApiAnswer.Of<TransactionStatusResponse>("Its status.")],
            Problems = [s_bad, s_none],
        },
        new("GET", "/v1/transactions/{id}/events", "followTransaction", "Its status now, and each step up the ladder until an end.")
        {
            Tag = "transactions",
            Parameters = [s_transaction, s_resume],
            Answers =
            [
                ApiAnswer.Stream("Server-sent events; an id stands for what the status says.", ("status", typeof(TransactionStatusResponse))),
                new(204, "It has ended, and the client has seen the last event: come back no more.", null),
            ],
            Problems = [s_bad, s_none],
        },
    ];

    private static ApiOperation[] Namespaces() =>
    [
        new("GET", "/v1/namespaces", "listNamespaces", "The registered namespaces, by id.")
        {
            Tag = "namespaces",
            Parameters =
            [
                new("after", ParameterPlace.Query, Forms.NamespaceId, "Goes on behind this id: the 'next' of the page before."),
                new("limit", ParameterPlace.Query, Forms.Whole(1, 1000, 1000, "Namespaces in a page."), "At most so many."),
            ],
            Answers = [ApiAnswer.Of<NamespaceListResponse>("A page. What is registered meanwhile neither moves nor repeats another.")],
            Problems = [s_bad],
        },
        new("GET", "/v1/namespaces/{namespace}", "getNamespace", "A namespace's record, prices and head.")
        {
            Tag = "namespaces",
            Parameters = [s_namespace],
            Answers = [ApiAnswer.Of<NamespaceResponse>("The record at the newest height.")],
            Problems = [s_bad, s_none],
        },
        new("GET", "/v1/namespaces/{namespace}/head", "getHead", "What the state says of a namespace's slices: how many, and the root over all of them.")
        {
            Tag = "slices",
            Parameters = [s_namespace, s_proof, s_proofHeight],
            Answers = [ApiAnswer.Of<HeadResponse>("The head; with proof at the newest height that can be proven.")],
            Problems = [s_bad, s_none, s_notYet, s_pruned],
        },
        new("GET", "/v1/namespaces/{namespace}/consistency", "getConsistency", "Proof that a later head extends an earlier one.")
        {
            Tag = "slices",
            Parameters =
            [
                s_namespace,
                new("from_count", ParameterPlace.Query, Forms.Whole(0, "Slices."), "Of the earlier head.") { IsRequired = true },
                new("to_count", ParameterPlace.Query, Forms.Whole(0, "Slices."), "Of the later head; all that there are, unless given."),
            ],
            Answers = [ApiAnswer.Of<HeadConsistencyResponse>("RFC 6962's consistency proof.")],
            Problems = [s_bad, s_none, s_notYet, s_pruned],
        },
        new("GET", "/v1/namespaces/{namespace}/slices/{height}", "getSlice", "A namespace's part of one block, or the proof that it has none.")
        {
            Tag = "slices",
            Parameters = [s_namespace, new("height", ParameterPlace.Path, Forms.Height, "The block."), s_proof],
            Answers = [ApiAnswer.Of<SliceResponse>("The slice, for ever the same."), ApiAnswer.NotModified],
            Problems = [s_bad, s_none, s_notYet, s_pruned],
        },
        new("GET", "/v1/namespaces/{namespace}/slices", "listSlices", "A namespace's slices by number, which leave nothing out.")
        {
            Tag = "slices",
            Parameters =
            [
                s_namespace,
                new("from", ParameterPlace.Query, Forms.Whole(1, long.MaxValue, 1, "A slice's number."), "The first one."),
                new("limit", ParameterPlace.Query, Forms.Whole(1, 1000, 100, "Slices in a page."), "At most so many; large slices make a page shorter."),
                s_proof,
                new("history", ParameterPlace.Query, Forms.Flag, "Instead of a proof for each height one for all of them, from a single header."),
                s_proofHeight,
            ],
            Answers = [ApiAnswer.Of<SliceRangeResponse>("A page; a full one without history is for ever the same."), ApiAnswer.NotModified],
            Problems = [s_bad, s_none, s_notYet, s_pruned],
        },
        new("GET", "/v1/namespaces/{namespace}/slices/stream", "followSlices", "A namespace's slices by number: those that are there, then each as it becomes final.")
        {
            Tag = "slices",
            Parameters =
            [
                s_namespace,
                new("from", ParameterPlace.Query, Forms.Whole(1, long.MaxValue, 1, "A slice's number."), "The first one."),
                s_proof,
                s_resume,
            ],
            Answers =
            [
                ApiAnswer.Stream(
                    "Server-sent events. A slice's id is its number; a tip says that every block up to its height has been sent.",
                    ("slice", typeof(SliceResponse)), ("tip", typeof(TipEvent))),
            ],
            Problems = [s_bad, s_none, s_pruned],
        },
    ];

    private static ApiOperation[] Blocks() =>
    [
        new("GET", "/v1/blocks/{height}", "getBlock", "A block: its preamble, transactions and namespaces.")
        {
            Tag = "blocks",
            Parameters = [new("height", ParameterPlace.Path, Forms.HeightOrLatest, "The block.")],
            Answers = [ApiAnswer.Of<BlockResponse>("By its height it is for ever the same."), ApiAnswer.NotModified],
            Problems = [s_bad, s_notYet, s_pruned],
        },
        new("GET", "/v1/light/{height}", "getLightBlock", "A block's header, commit and validator set.")
        {
            Tag = "blocks",
            Parameters = [new("height", ParameterPlace.Path, Forms.HeightOrLatest, "The block.")],
            Answers = [ApiAnswer.Of<LightResponse>("By its height it is for ever the same."), ApiAnswer.NotModified],
            Problems = [s_bad, s_notYet, s_pruned],
        },
    ];

    private static ApiOperation[] Chain() =>
    [
        new("GET", "/v1/accounts/{address}", "getAccount", "An account's balance and nonces; one that was never used has 0 of each.")
        {
            Tag = "chain",
            Parameters =
            [
                new("address", ParameterPlace.Path, Forms.Address, "The account."),
                s_proof,
                s_proofHeight,
            ],
            Answers = [ApiAnswer.Of<AccountResponse>("With proof all but the pending nonce is proven.")],
            Problems = [s_bad, s_notYet, s_pruned],
        },
        new("GET", "/v1/fees", "getFees", "What a byte costs now.")
        {
            Tag = "chain",
            Answers = [ApiAnswer.Of<FeesResponse>("In useq for each byte.")],
        },
        new("GET", "/v1/status", "getStatus", "The chain and this node.")
        {
            Tag = "chain",
            Answers = [ApiAnswer.Of<StatusResponse>("At the newest height.")],
        },
    ];

    private static ApiOperation[] Anchors() =>
    [
        new("GET", "/v1/anchors", "getAnchor", "Where in Bitcoin the checkpoint is that covers a height.")
        {
            Tag = "anchors",
            Parameters = [new("height", ParameterPlace.Query, Forms.Height, "The block.") { IsRequired = true }],
            Answers = [ApiAnswer.Of<AnchorResponse>("As it was reported to this node, with its evidence.")],
            Problems = [s_bad, s_none],
        },
        new("GET", "/v1/anchors/latest", "getLatestAnchor", "The anchor that reaches highest.")
        {
            Tag = "anchors",
            Answers = [ApiAnswer.Of<AnchorResponse>("As it was reported to this node, with its evidence.")],
            Problems = [s_none],
        },
        new("POST", "/v1/anchors", "reportAnchor", "The relayer's report of a checkpoint in Bitcoin; the node verifies it against its own block.")
        {
            Tag = "anchors",
            Listener = AnchorEndpoints.AdminListener,
            Bodies = [ApiContent.Json<AnchorEvidence>()],
            Answers = [ApiAnswer.Of<AnchorResponse>("It holds, and is stored.")],
            Problems = [.. s_ofBodies, s_notYet, new(401, ProblemCodes.Unauthorized), new(422, ProblemCodes.AnchorRefused)],
        },
        new("POST", "/v1/anchors/lost", "reportLostAnchor", "The relayer's report that a Bitcoin reorg took a checkpoint away.")
        {
            Tag = "anchors",
            Listener = AnchorEndpoints.AdminListener,
            Bodies = [ApiContent.Json<AnchorLostReport>()],
            Answers = [new(204, "It is forgotten.", null)],
            Problems = [.. s_ofBodies, new(401, ProblemCodes.Unauthorized)],
        },
    ];

    private static ApiOperation[] Services() =>
    [
        new("GET", DocumentPath, "getDescription", "This description.")
        {
            Tag = "service",
            Answers = [new(200, "OpenAPI 3.1.", new("application/json", Forms.Object)), ApiAnswer.NotModified],
        },
        new("GET", "/healthz", "getHealth", "The process answers.")
        {
            Tag = "service",
            IsService = true,
            Answers = [new(200, "It does.", new("text/plain", Forms.Words))],
        },
        new("GET", "/readyz", "getReadiness", "The node can serve.")
        {
            Tag = "service",
            IsService = true,
            Answers = [ApiAnswer.Of<ReadinessReport>("It can."), new(503, "It cannot, and why.", ApiContent.Json<ReadinessReport>())],
        },
        new("GET", "/metrics", "getMetrics", "Metrics in Prometheus' text format.")
        {
            Tag = "service",
            IsService = true,
            Answers = [new(200, "As they are now.", new("text/plain", Forms.Words))],
        },
    ];

    /// <summary>Why a transaction is refused: the chain's own codes.</summary>
    private static IEnumerable<ApiProblem> Refusals()
    {
        foreach (var code in Enum.GetValues<ResultCode>())
        {
            if (code != ResultCode.Ok)
                yield return new ApiProblem(Node.Transactions.Submission.StatusOf(code), Node.Transactions.Reasons.CodeOf(code));
        }
    }
}
