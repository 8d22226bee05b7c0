using System.Text.Json.Serialization;
using SharedSequencer.Api.Contracts;

namespace SharedSequencer.Gateway.Methods;

/// <summary>Answer of <c>seq_getTransactionStatus</c>; members in snake case, as in the node's API.</summary>
/// <param name="Hash">The Ethereum transaction's.</param>
/// <param name="Status">A step or an end of the ladder (<see cref="TransactionStatuses"/>), <see cref="Submitting"/> or <see cref="Unknown"/>.</param>
internal sealed record GatewayTransactionStatus(string Hash, string Status)
{
    /// <summary>Accepted here; the node has not received it yet.</summary>
    public const string Submitting = "submitting";

    /// <summary>Never seen here, and in no block of the execution client.</summary>
    public const string Unknown = "unknown";

    /// <summary>Id of the sequencer's transaction that carries it.</summary>
    public string? Transaction { get; init; }

    /// <summary>The sequencer's height, from <c>final</c> on.</summary>
    public long? Height { get; init; }

    /// <summary>The place of the sequencer's transaction in its block.</summary>
    public uint? Index { get; init; }

    /// <summary>Number of the namespace's slice.</summary>
    public ulong? Slice { get; init; }

    /// <summary>Time of the sequencer's block.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Where its block is anchored in Bitcoin, from <c>anchored</c> on.</summary>
    public AnchorSummary? Anchor { get; init; }

    /// <summary>Why it ended.</summary>
    public TransactionReason? Reason { get; init; }

    /// <summary>What the executor made of it, from <c>final</c> on.</summary>
    public ExecutionStatus? Execution { get; init; }
}

/// <summary>What the executor made of a final transaction.</summary>
internal sealed record ExecutionStatus(string Status)
{
    public const string Waiting = "waiting";
    public const string Executed = "executed";
    public const string Dropped = "dropped";

    public ulong? BlockNumber { get; init; }

    public string? BlockHash { get; init; }

    /// <summary>False when it ran and was reverted.</summary>
    public bool? Succeeded { get; init; }

    public TransactionReason? Reason { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GatewayTransactionStatus))]
internal sealed partial class GatewayJson : JsonSerializerContext;
