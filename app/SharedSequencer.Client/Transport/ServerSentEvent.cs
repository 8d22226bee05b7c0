namespace SharedSequencer.Client.Transport;

/// <summary>One event of a <c>text/event-stream</c>.</summary>
/// <param name="Name">The event's type; <c>message</c> when none was given.</param>
/// <param name="Id">The last id that was sent, or null.</param>
/// <param name="Data">UTF-8.</param>
internal readonly record struct ServerSentEvent(string Name, string? Id, ReadOnlyMemory<byte> Data);
