namespace SharedSequencer.Tests.Light;

/// <summary>A clock that stands where a test puts it. Waits are real ones.</summary>
internal sealed class MovableClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
