using System.Globalization;
using Microsoft.AspNetCore.Http;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Api;

/// <summary>Reads what stands in a request's path and query; refuses what is no such value with a reason.</summary>
internal static class Parameters
{
    public static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A height from 1, or null for <c>latest</c>.</summary>
    public static long? HeightOrLatest(HttpContext context)
    {
        var text = Route(context, "height");
        return text == "latest" ? null : Height(text, "or 'latest', ");
    }

    /// <summary>A height from 1 in the path.</summary>
    public static long Height(HttpContext context) => Height(Route(context, "height"), "");

    /// <summary>An id of 64 hex digits.</summary>
    public static Hash256 Id(HttpContext context)
    {
        var text = Route(context, "id");
        return Hash256.TryParse(text, out var id)
            ? id
            : throw Answer.BadRequest($"'{Shorten(text)}' is no transaction id: 64 hex digits are needed.");
    }

    /// <summary>A number in the query.</summary>
    public static ulong Number(HttpContext context, string name, ulong byDefault, ulong minimum, ulong maximum)
    {
        if (Query(context, name) is not { } text)
            return byDefault;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum
            ? value
            : throw Answer.BadRequest($"{name} is '{Shorten(text)}'; a number from {minimum} to {maximum} is needed.");
    }

    public static bool Flag(HttpContext context, string name) => Query(context, name) switch
    {
        null or "false" => false,
        "true" => true,
        var text => throw Answer.BadRequest($"{name} is '{Shorten(text)}'; true or false is needed."),
    };

    public static string? Query(HttpContext context, string name) => context.Request.Query[name] switch
    {
        [] => null,
        [{ } value] => value,
        _ => throw Answer.BadRequest($"{name} is given more than once."),
    };

    /// <summary>Foreign text as an error message repeats it.</summary>
    public static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";

    private static long Height(string text, string more) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var height) && height >= 1
            ? height
            : throw Answer.BadRequest($"'{Shorten(text)}' is no height: {more}a number from 1 is needed.");
}
