namespace SharedSequencer.Client.Transport;

/// <summary>Reads an answer's body up to a bound: a node is not trusted with our memory.</summary>
internal static class BoundedBody
{
    private const int FirstBuffer = 16 * 1024;

    /// <exception cref="IOException">The body is longer than <paramref name="maximum"/> bytes.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, int maximum, CancellationToken cancellation)
    {
        var announced = content.Headers.ContentLength;
        if (announced > maximum)
            throw TooLong(maximum);

        var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            // One byte more than announced shows the end without another buffer.
            var buffer = new byte[announced is { } length ? (int)length + 1 : Math.Min(FirstBuffer, maximum + 1)];
            var count = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(count), cancellation).ConfigureAwait(false);
                if (read == 0)
                    return buffer.AsMemory(0, count);
                count += read;
                if (count > maximum)
                    throw TooLong(maximum);
                if (count == buffer.Length)
                    Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, maximum + 1L));
            }
        }
    }

    private static IOException TooLong(int maximum) => new($"its answer is longer than {maximum} bytes.");
}
