namespace SharedSequencer.Hosting.Health;

/// <summary>Something that must be well before the program can serve.</summary>
/// <param name="Name">In lower snake case.</param>
/// <param name="CheckAsync">Null when it is well, else the reason for people. It must answer soon.</param>
public sealed record ReadinessCheck(string Name, Func<CancellationToken, ValueTask<string?>> CheckAsync)
{
    /// <summary>A check that needs no waiting.</summary>
    public static ReadinessCheck Of(string name, Func<string?> check) => new(name, _ => ValueTask.FromResult(check()));
}

/// <summary>Answer of <c>/readyz</c>: status 200 when ready, else 503.</summary>
public sealed record ReadinessReport(bool Ready, IReadOnlyList<ReadinessResult> Checks);

/// <summary>One check's result; the reason is there when it is not well.</summary>
public sealed record ReadinessResult(string Name, bool Ready, string? Reason);
