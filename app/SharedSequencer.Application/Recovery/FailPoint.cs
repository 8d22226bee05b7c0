using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SharedSequencer.Application.Recovery;

/// <summary>
/// A place at which the process ends itself as <c>kill -9</c> would, to try what a node does after a crash just there.
/// Off unless it is asked for. Text: <c>point:number</c>, such as <c>after_commit:7</c>.
/// </summary>
/// <param name="Number">A height; of <c>after_chunk</c> the chunk's index.</param>
public sealed record FailPoint(string Name, long Number)
{
    /// <summary>FinalizeBlock came; nothing was done.</summary>
    public const string BeforeFinalize = "before_finalize";

    /// <summary>The block was executed; CometBFT has not been answered.</summary>
    public const string AfterFinalize = "after_finalize";

    /// <summary>Commit came; nothing was stored.</summary>
    public const string BeforeCommit = "before_commit";

    /// <summary>The block was stored; CometBFT has not been answered.</summary>
    public const string AfterCommit = "after_commit";

    /// <summary>A snapshot's chunk was applied; CometBFT has not been answered.</summary>
    public const string AfterChunk = "after_chunk";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [BeforeFinalize, AfterFinalize, BeforeCommit, AfterCommit, AfterChunk];

    public static bool TryParse(string text, [NotNullWhen(true)] out FailPoint? point)
    {
        point = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !Names.Contains(text[..colon]) || !long.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        point = new FailPoint(text[..colon], number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}:{Number}");
}
