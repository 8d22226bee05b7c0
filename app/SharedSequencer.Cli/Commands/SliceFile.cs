using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;

namespace SharedSequencer.Cli.Commands;

/// <summary>A slice in a file: the API's JSON, as <c>slice get</c> writes it.</summary>
internal static class SliceFile
{
    private const long MaximumLength = 128L * 1024 * 1024;

    private static readonly ApiJson s_strict = new(new JsonSerializerOptions(ApiJson.Default.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    });

    public static Task WriteAsync(string path, SliceResponse slice, CancellationToken cancellation) =>
        File.WriteAllBytesAsync(path, [.. JsonSerializer.SerializeToUtf8Bytes(slice, ApiJson.Default.SliceResponse), (byte)'\n'], cancellation);

    /// <summary>
    /// Reads a file strictly: apart from spaces and the order of members there is one text for each slice, so that no
    /// change goes unseen. Null with the reason when it is another text.
    /// </summary>
    public static async Task<(SliceResponse? Slice, string Reason)> ReadAsync(string path, CancellationToken cancellation)
    {
        var length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        if (length > MaximumLength)
            throw CliException.Failed($"{path} has {length} bytes: no slice is that large.");
        var bytes = await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
        try
        {
            var slice = JsonSerializer.Deserialize(bytes, s_strict.SliceResponse);
            if (slice is null)
                return (null, "It is null.");
            var written = JsonSerializer.SerializeToNode(slice, ApiJson.Default.SliceResponse);
            return JsonNode.DeepEquals(JsonNode.Parse(bytes), written) ? (slice, "") : (null, "A value is not written in its one form.");
        }
        catch (JsonException e)
        {
            return (null, e.Message);
        }
    }
}
