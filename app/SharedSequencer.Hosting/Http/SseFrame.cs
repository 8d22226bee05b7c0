using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SharedSequencer.Hosting.Http;

/// <summary>Server-sent events as they go on the wire (WHATWG HTML, "Server-sent events").</summary>
public static class SseFrame
{
    /// <summary>Writes one event with UTF-8 data without line breaks.</summary>
    /// <param name="id">What the client gives back as <c>Last-Event-ID</c>; null writes none.</param>
    public static void Write(IBufferWriter<byte> frames, string eventName, ReadOnlySpan<byte> data, string? id)
    {
        if (data.IndexOfAny((byte)'\n', (byte)'\r') >= 0)
            throw new ArgumentException("An event's data holds no line breaks.", nameof(data));
        WriteHead(frames, eventName, id);
        frames.Write(data);
        frames.Write("\n\n"u8);
    }

    /// <summary>Writes one event whose data is JSON, which has no line breaks as it is written here.</summary>
    public static void Write<T>(IBufferWriter<byte> frames, string eventName, T data, JsonTypeInfo<T> type, string? id)
    {
        WriteHead(frames, eventName, id);
        using (var json = new Utf8JsonWriter(frames))
            JsonSerializer.Serialize(json, data, type);
        frames.Write("\n\n"u8);
    }

    private static void WriteHead(IBufferWriter<byte> frames, string eventName, string? id)
    {
        if (eventName.AsSpan().IndexOfAny('\n', '\r') >= 0 || id?.AsSpan().IndexOfAny('\n', '\r') >= 0)
            throw new ArgumentException("An event's name and id hold no line breaks.", nameof(eventName));
        if (id is not null)
            Encoding.UTF8.GetBytes($"id: {id}\n", frames);
        Encoding.UTF8.GetBytes($"event: {eventName}\ndata: ", frames);
    }
}
