using System.Text;
using NUnit.Framework;
using SharedSequencer.Client.Transport;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace SharedSequencer.Tests.Client;

internal sealed class EventStreamReaderTests
{
    [Test]
    public async Task Names_ids_data_comments_and_all_line_ends_are_read()
    {
        var events = await ReadAllAsync(Stream(
            "\uFEFF: a comment\n\nevent: slice\nid: 7\ndata: one\ndata:two\n\n"
            + "data: three\r\n\r\nretry: 5\rdata\r\r\nid\ndata: last\n\nevent: lost\n\ndata: cut off"));

        Assert.That(events, Is.EqualTo((string[])["slice/7/one\ntwo", "message/7/three", "message/7/", "message//last"]));
    }

    [Property(MaxTest = 200)]
    public void The_events_are_the_same_however_the_bytes_are_cut(int seed)
    {
        var random = new Random(seed);
        string[] ends = ["\n", "\r\n", "\r"];
        var text = new StringBuilder();
        List<string> expected = [];
        for (var i = 0; i < 20; i++)
        {
            var end = ends[random.Next(3)];
            var data = new string([.. Enumerable.Range(0, random.Next(40_000)).Select(_ => (char)random.Next('a', 'z'))]);
            text.Append($"event: e{i}{end}id: {i}{end}data: {data}{end}{end}");
            expected.Add($"e{i}/{i}/{data}");
        }

        Assert.That(ReadAllAsync(Stream(text.ToString(), random)).GetAwaiter().GetResult(), Is.EqualTo(expected));
    }

    [Test]
    public void An_event_larger_than_the_bound_breaks_off_in_one_line_or_in_many()
    {
        var line = $"data: {new string('x', 1000)}\n";

        Assert.That(() => ReadAllAsync(Stream(new string('x', 50_000)), 20_000), Throws.InstanceOf<IOException>());
        Assert.That(() => ReadAllAsync(Stream(string.Concat(Enumerable.Repeat(line, 30))), 20_000), Throws.InstanceOf<IOException>());
    }

    private static async Task<List<string>> ReadAllAsync(Stream stream, int maximum = 1_000_000)
    {
        var reader = new EventStreamReader(stream, maximum, TimeSpan.FromMinutes(1));
        List<string> events = [];
        while (await reader.ReadAsync(CancellationToken.None) is { } received)
            events.Add($"{received.Name}/{received.Id}/{Encoding.UTF8.GetString(received.Data.Span)}");
        return events;
    }

    private static PiecemealStream Stream(string text, Random? random = null) => new(Encoding.UTF8.GetBytes(text), random);

    /// <summary>Gives its bytes in random pieces, as a network does.</summary>
    private sealed class PiecemealStream(byte[] bytes, Random? random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(random is null ? buffer : buffer[..Math.Min(buffer.Length, random.Next(3) == 0 ? 1 : random.Next(1, 5000))], cancellationToken);
    }
}
