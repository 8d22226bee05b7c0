using System.Text.Json.Serialization;

namespace SharedSequencer.Cli.Output;

/// <summary>A key without its secret.</summary>
internal sealed record KeyView(string Name, string Address, string PublicKey, string File);

/// <summary>A transaction that this program sent, with the steps that it waited for.</summary>
internal sealed record SubmissionView(string Id, string Sender, ulong Nonce, string Status)
{
    public long? Height { get; init; }

    public uint? Index { get; init; }

    public required IReadOnlyList<StepView> Steps { get; init; }

    public Api.Contracts.TransactionReason? Reason { get; init; }
}

/// <param name="Milliseconds">Since the submission began.</param>
internal sealed record StepView(string Status, long Milliseconds)
{
    public Api.Contracts.AnchorSummary? Anchor { get; init; }
}

/// <summary>A file that was written.</summary>
internal sealed record FileView(string File, string Namespace, long Height, int Entries);

/// <summary>What a check found; what is proven alone when it held.</summary>
internal sealed record VerificationView(bool Verified)
{
    /// <summary>The step that failed.</summary>
    public string? Step { get; init; }

    public string? Reason { get; init; }

    public string? Namespace { get; init; }

    public string? ChainId { get; init; }

    public long? Height { get; init; }

    public string? Time { get; init; }

    public string? BlockHash { get; init; }

    /// <summary><c>light-client</c>, or <c>block-hash</c>: the user's.</summary>
    public string? BlockHashFrom { get; init; }

    public int? Entries { get; init; }
}

/// <summary>Evidence that two chains are signed, in a file.</summary>
/// <param name="Primary">The node that gave <paramref name="FromPrimary"/>.</param>
/// <param name="Witness">The node that gave <paramref name="FromWitness"/>.</param>
/// <param name="CommonHeight">The last height on which both agree.</param>
/// <param name="SignedBoth">Addresses of the validators with a vote for each of the two blocks.</param>
/// <param name="Common">The tendermint.types.LightBlock of that height, base64, as the other two.</param>
internal sealed record LightAttackView(
    string Primary, string Witness, long CommonHeight, IReadOnlyList<string> SignedBoth, byte[] Common, byte[] FromPrimary, byte[] FromWitness);

/// <summary>What the check of an account found; what is proven alone when it held.</summary>
internal sealed record AccountProofView(bool Verified)
{
    /// <summary>The step that failed.</summary>
    public string? Step { get; init; }

    public string? Reason { get; init; }

    public string? Address { get; init; }

    /// <summary>False: the state is proven to hold no record of the account.</summary>
    public bool? Exists { get; init; }

    public string? Balance { get; init; }

    public ulong? Nonce { get; init; }

    /// <summary>Of the state.</summary>
    public long? Height { get; init; }

    public string? ChainId { get; init; }

    /// <summary>Of the next height.</summary>
    public string? BlockHash { get; init; }

    /// <summary><c>light-client</c>, or <c>block-hash</c>: the user's.</summary>
    public string? BlockHashFrom { get; init; }
}

/// <summary>JSON of this program's own answers, in the API's form.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyView))]
[JsonSerializable(typeof(IReadOnlyList<KeyView>))]
[JsonSerializable(typeof(SubmissionView))]
[JsonSerializable(typeof(FileView))]
[JsonSerializable(typeof(VerificationView))]
[JsonSerializable(typeof(LightAttackView))]
[JsonSerializable(typeof(AccountProofView))]
internal sealed partial class CliJson : JsonSerializerContext;
