using System.Text.Json.Serialization;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>The poster's state as JSON: what its file holds.</summary>
internal sealed record AnchorStateText
{
    public const int CurrentFormat = 1;

    public required int Format { get; init; }

    public required string Network { get; init; }

    public required string ChainTag { get; init; }

    public required string Address { get; init; }

    /// <summary>The highest sequencer block covered by anchors that are no longer watched.</summary>
    public required ulong Floor { get; init; }

    /// <summary>The Bitcoin height of the first header.</summary>
    public required uint FirstHeight { get; init; }

    /// <summary>Raw headers, each building on the one before.</summary>
    public required IReadOnlyList<string> Headers { get; init; }

    public required IReadOnlyList<AnchorText> Anchors { get; init; }
}

/// <summary>One anchor. Its checkpoint is read from the transaction.</summary>
internal sealed record AnchorText
{
    public required string Transaction { get; init; }

    public required bool Lost { get; init; }

    public required int Losses { get; init; }

    public required string? LastLoss { get; init; }

    /// <summary>Null while it is in no block.</summary>
    public required InclusionText? Inclusion { get; init; }
}

/// <summary>Where an anchor stands.</summary>
internal sealed record InclusionText
{
    public required uint Height { get; init; }

    public required string Block { get; init; }

    public required uint Index { get; init; }

    public required IReadOnlyList<string> Branch { get; init; }

    public required string Coinbase { get; init; }

    public required IReadOnlyList<string> CoinbaseBranch { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AnchorStateText))]
internal sealed partial class AnchorStateContext : JsonSerializerContext;
