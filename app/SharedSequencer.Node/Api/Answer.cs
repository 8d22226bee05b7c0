using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SharedSequencer.Api;
using SharedSequencer.Hosting.Http;

namespace SharedSequencer.Node.Api;

/// <summary>Answers and the problems that several endpoints share.</summary>
internal static class Answer
{
    /// <summary>What moves with the chain.</summary>
    public static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        WriteAsync(context, value, type, AnswerLife.Moving);

    /// <summary>What is about final data where the address names it exactly, else what moves.</summary>
    /// <param name="isNamed">False when the same address answers something else later, such as <c>latest</c>.</param>
    public static Task FinalJsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, bool isNamed = true) =>
        WriteAsync(context, value, type, isNamed ? AnswerLife.Final : AnswerLife.Moving);

    public static ProblemException BadRequest(string detail) => new(400, ProblemCodes.BadRequest, "Bad request", detail);

    public static ProblemException NotFound(string detail) => new(404, ProblemCodes.NotFound, "Not found", detail);

    public static ProblemException NotYet(string detail) => new(404, ProblemCodes.NotYet, "Not yet", detail);

    public static ProblemException NotReady(string detail) => new(503, ProblemCodes.NotReady, "Not ready", detail);

    public static ProblemException Busy(string detail) => new(503, ProblemCodes.Busy, "Busy", detail);

    /// <summary>A height whose state is not among the few that are kept for proofs: not yet, or not any more.</summary>
    public static ProblemException NoState(long height, long tip) => height > tip
        ? NotYet($"Height {height} is not committed yet; the newest is {tip}. Ask again later.")
        : new(410, ProblemCodes.Pruned, "Pruned", $"The state of height {height} is no longer kept: only the last few before {tip} are. Ask without a height.");

    /// <summary>A height that no block here has: not yet, or not any more.</summary>
    public static ProblemException NoBlock(long height, long tip, long earliest) => height > tip
        ? NotYet($"Height {height} is not committed yet; the newest is {tip}. Ask again later, or follow the stream.")
        : new(410, ProblemCodes.Pruned, "Pruned", $"Height {height} is no longer kept here; the earliest is {earliest}. Ask a node that keeps all.");

    /// <summary>Nodes of a namespace's tree of slices that went with the slices before them.</summary>
    public static ProblemException HistoryPruned(ulong count, ulong earliest) => new(
        410, ProblemCodes.Pruned, "Pruned", $"The head of {count} slices can no longer be proven here; from {earliest - 1} slices on it can. Ask a node that keeps all.");

    /// <summary>A slice that the namespace had, and that no block here holds any more.</summary>
    public static ProblemException SlicePruned(ulong number) =>
        new(410, ProblemCodes.Pruned, "Pruned", $"Slice {number} is no longer kept here. Ask a node that keeps all.");

    private static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, AnswerLife life) =>
        context.RequestServices.GetRequiredService<JsonAnswers>().WriteAsync(context, value, type, life);
}
