using System.Collections;

namespace SharedSequencer.Grpc.Calls;

/// <summary>
/// Names and values beside a call's messages: headers before them, trailers behind them. Names are lower case; one that
/// ends in <c>-bin</c> has bytes as its value, the others printable ASCII.
/// </summary>
public sealed class Metadata : IReadOnlyCollection<Metadata.Entry>
{
    /// <summary>What ends the name of a value of bytes.</summary>
    public const string BinarySuffix = "-bin";

    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    /// <exception cref="ArgumentException">The name or value cannot be sent.</exception>
    public void Add(string key, string value)
    {
        if (!IsName(key) || key.EndsWith(BinarySuffix, StringComparison.Ordinal))
            throw new ArgumentException($"'{key}' is no name for text: lower case, without the ending {BinarySuffix}.", nameof(key));
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException($"The value of '{key}' is not printable ASCII: use a name with the ending {BinarySuffix}.", nameof(value));
        _entries.Add(new Entry(key, value, null));
    }

    /// <exception cref="ArgumentException">The name cannot be sent.</exception>
    public void Add(string key, byte[] value)
    {
        if (!IsName(key) || !key.EndsWith(BinarySuffix, StringComparison.Ordinal))
            throw new ArgumentException($"'{key}' is no name for bytes: lower case, with the ending {BinarySuffix}.", nameof(key));
        _entries.Add(new Entry(key, null, value));
    }

    /// <summary>The last text with this name, or null.</summary>
    public string? GetValue(string key) => _entries.FindLast(entry => entry.Key == key)?.Value;

    /// <summary>The last bytes with this name, or null.</summary>
    public byte[]? GetValueBytes(string key) => _entries.FindLast(entry => entry.Key == key)?.ValueBytes;

    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsName(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    /// <summary>One of <paramref name="Value"/> and <paramref name="ValueBytes"/> is null.</summary>
    public sealed record Entry(string Key, string? Value, byte[]? ValueBytes)
    {
        public bool IsBinary => ValueBytes is not null;
    }
}
