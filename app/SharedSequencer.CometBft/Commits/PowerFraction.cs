namespace SharedSequencer.CometBft.Commits;

/// <summary>A share of voting power, to be exceeded. Compared in integers wide enough: nothing is divided, nothing rounded.</summary>
/// <param name="Numerator">From 0 up.</param>
/// <param name="Denominator">From 1 up.</param>
public readonly record struct PowerFraction(ulong Numerator, ulong Denominator)
{
    /// <summary>What a commit's votes must exceed of their own set's power.</summary>
    public static PowerFraction TwoThirds { get; } = new(2, 3);

    /// <summary>What a commit's votes must exceed, by default, of the power of a set that was trusted earlier.</summary>
    public static PowerFraction OneThird { get; } = new(1, 3);

    /// <summary>True when <paramref name="power"/> is more than this share of <paramref name="total"/>: exactly the share is not.</summary>
    /// <param name="power">Not negative.</param>
    /// <param name="total">Not negative.</param>
    public bool IsExceededBy(long power, long total) =>
        (UInt128)(ulong)power * Denominator > (UInt128)(ulong)total * Numerator;

    public override string ToString() => $"{Numerator}/{Denominator}";
}
