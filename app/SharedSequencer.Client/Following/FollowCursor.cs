using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.Client;

/// <summary>
/// Where following a namespace goes on. Save it in the same transaction as what the slices before it did: then each slice
/// is applied exactly once, whatever stops in between.
/// </summary>
public sealed record FollowCursor
{
    /// <summary>The namespace that is followed.</summary>
    public required NamespaceId Namespace { get; init; }

    /// <summary>The number of the next slice, from 1.</summary>
    public required ulong Next { get; init; }

    /// <summary>Height of the slice before it; 0 before the first.</summary>
    public long LastHeight { get; init; }

    /// <summary>The newest head that was verified; null before the first. A later one must extend it.</summary>
    public VerifiedHead? Head { get; init; }

    /// <summary>From a namespace's slice on, by default its first.</summary>
    public static FollowCursor At(NamespaceId id, ulong next = 1)
    {
        ArgumentOutOfRangeException.ThrowIfZero(next);
        return new FollowCursor { Namespace = id, Next = next };
    }

    /// <summary>One line of JSON; <see cref="Parse"/> reads it.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new Saved(
            Namespace.ToString(),
            Next,
            LastHeight,
            Head is null ? null : new SavedHead(Head.Height, Head.Head.SliceCount, Head.Head.LastHeight, Head.Head.Root.ToString())),
        CursorJson.Default.Saved);

    /// <exception cref="FormatException">The text is no cursor.</exception>
    public static FollowCursor Parse(string json)
    {
        Saved? saved;
        try
        {
            saved = JsonSerializer.Deserialize(json, CursorJson.Default.Saved);
        }
        catch (JsonException e)
        {
            throw new FormatException($"This is no saved cursor: {e.Message}", e);
        }

        if (saved is null || !NamespaceId.TryParse(saved.Namespace, out var id) || saved.Next == 0 || saved.LastHeight < 0)
            throw new FormatException("This is no saved cursor: namespace, next number or height cannot be.");
        if (saved.Head is not { } head)
            return new FollowCursor { Namespace = id, Next = saved.Next, LastHeight = saved.LastHeight };
        if (!Hash256.TryParse(head.Root, out var root) || head.Height < 0 || head.LastHeight < 0)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"This is no saved cursor: its head of {head.SliceCount} slices cannot be."));
        return new FollowCursor
        {
            Namespace = id,
            Next = saved.Next,
            LastHeight = saved.LastHeight,
            Head = new VerifiedHead(id, head.Height, new NamespaceHead(head.SliceCount, head.LastHeight, root)),
        };
    }

    internal sealed record Saved(string Namespace, ulong Next, long LastHeight, SavedHead? Head);

    internal sealed record SavedHead(long Height, ulong SliceCount, long LastHeight, string Root);
}

/// <summary>The cursor's JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FollowCursor.Saved))]
internal sealed partial class CursorJson : JsonSerializerContext;
