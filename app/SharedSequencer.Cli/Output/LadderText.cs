using System.Globalization;
using SharedSequencer.Api.Contracts;

namespace SharedSequencer.Cli.Output;

/// <summary>One step of a transaction's ladder as a line for people.</summary>
internal static class LadderText
{
    /// <param name="elapsed">Since the submission; null when it was not ours.</param>
    public static string Line(TransactionStatusResponse step, TimeSpan? elapsed)
    {
        var time = elapsed is { } e ? e.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + " s" : "";
        return $"{step.Status,-18}{time,10}  {Details(step)}".TrimEnd();
    }

    private static string Details(TransactionStatusResponse step)
    {
        if (step.Reason is { } reason)
            return $"{reason.Message} ({reason.Code})";
        if (step.Anchor is { } anchor)
            return $"Bitcoin transaction {anchor.Txid}, height {anchor.BitcoinHeight}, {anchor.Confirmations} confirmations";
        return step.Height is { } height ? $"height {height}, index {step.Index}" : "";
    }
}
