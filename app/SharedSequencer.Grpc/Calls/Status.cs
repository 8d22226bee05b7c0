namespace SharedSequencer.Grpc.Calls;

/// <summary>A call's end: its code, and a sentence for people.</summary>
public readonly record struct Status(StatusCode StatusCode, string Detail)
{
    public static Status DefaultSuccess { get; } = new(StatusCode.OK, "");

    public override string ToString() => Detail is { Length: > 0 } ? $"{StatusCode}: {Detail}" : $"{StatusCode}";
}
