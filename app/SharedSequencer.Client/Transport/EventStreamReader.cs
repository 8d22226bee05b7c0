using System.Text;

namespace SharedSequencer.Client.Transport;

/// <summary>
/// Reads server-sent events (WHATWG HTML, section 9.2) with a bound on their size. Every byte is looked at once, also
/// in long lines that arrive in many pieces.
/// </summary>
/// <param name="idleTimeout">Longer silence breaks the stream off. Comments, which servers send as a sign of life, end it too.</param>
internal sealed class EventStreamReader(Stream stream, int maximumEventBytes, TimeSpan idleTimeout)
{
    private const int FirstBuffer = 16 * 1024;

    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _scanned;
    private int _end;
    private bool _skipLineFeed;
    private bool _atStart = true;
    private string? _id;

    /// <summary>The next event; null at the stream's end. An event that was cut off by the end is dropped.</summary>
    /// <exception cref="IOException">The connection broke, or an event is larger than allowed.</exception>
    public async ValueTask<ServerSentEvent?> ReadAsync(CancellationToken cancellation)
    {
        var name = "";
        byte[]? data = null;
        while (await ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (line.IsEmpty)
            {
                if (data is not null)
                    return new ServerSentEvent(name.Length == 0 ? "message" : name, _id, data);
                name = "";
                continue;
            }

            switch (Field(line.Span, out var value))
            {
                case "event":
                    name = Encoding.UTF8.GetString(line.Span[value..]);
                    break;
                case "id":
                    _id = Encoding.UTF8.GetString(line.Span[value..]);
                    break;
                case "data":
                    data = Append(data, line.Span[value..]);
                    break;
            }
        }

        return null;
    }

    private byte[] Append(byte[]? data, ReadOnlySpan<byte> line)
    {
        if (data is null)
            return line.ToArray();
        return data.Length + line.Length < maximumEventBytes
            ? [.. data, (byte)'\n', .. line]
            : throw TooLong();
    }

    /// <summary>The field's name, if it is one that matters; where its value begins.</summary>
    private static string Field(ReadOnlySpan<byte> line, out int value)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? line : line[..colon];
        value = colon < 0 ? line.Length : colon + 1;
        if (value < line.Length && line[value] == (byte)' ')
            value++;
        if (name.SequenceEqual("data"u8))
            return "data";
        if (name.SequenceEqual("event"u8))
            return "event";
        return name.SequenceEqual("id"u8) ? "id" : "";
    }

    /// <summary>A line without its end (LF, CR or CR LF), valid until the next read; null at the stream's end.</summary>
    private async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (_skipLineFeed && _start < _end)
            {
                _skipLineFeed = false;
                if (_buffer[_start] == (byte)'\n')
                    _scanned = ++_start;
            }

            var found = _buffer.AsSpan(_scanned, _end - _scanned).IndexOfAny((byte)'\r', (byte)'\n');
            if (found >= 0)
            {
                var end = _scanned + found;
                var line = _buffer.AsMemory(_start, end - _start);
                _skipLineFeed = _buffer[end] == (byte)'\r';
                _start = _scanned = end + 1;
                return WithoutMark(line);
            }

            _scanned = _end;
            if (!await FillAsync(cancellation).ConfigureAwait(false))
                return null;
        }
    }

    private ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> line)
    {
        if (!_atStart)
            return line;
        _atStart = false;
        return line.Span.StartsWith("\uFEFF"u8) ? line[3..] : line;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _scanned -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_end >= maximumEventBytes)
                throw TooLong();
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, maximumEventBytes));
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(idleTimeout);
        try
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), limit.Token).ConfigureAwait(false);
            _end += read;
            return read > 0;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"its stream was silent for {idleTimeout.TotalSeconds:0.#} s.", e);
        }
    }

    private IOException TooLong() => new($"an event of its stream is longer than {maximumEventBytes} bytes.");
}
