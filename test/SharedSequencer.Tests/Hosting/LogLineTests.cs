using Microsoft.Extensions.Logging;
using NUnit.Framework;
using SharedSequencer.Hosting.Logging;

namespace SharedSequencer.Tests.Hosting;

public sealed class LogLineTests
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2));

    [Test]
    public void A_line_has_time_level_source_message_and_values()
    {
        var line = LogLine.Format(
            s_time, LogLevel.Information, "Gateway.Batch", "Sent 3", [new("Count", 3), new("Reason", "it \"works\""), new("{OriginalFormat}", "Sent {Count}")], null);

        Assert.That(line, Is.EqualTo("2026-01-02T01:04:05.678Z INF Gateway.Batch: Sent 3 Count=3 Reason=\"it \\\"works\\\"\""));
    }

    [Test]
    public void What_a_stranger_sent_cannot_forge_a_line_or_an_escape_code()
    {
        var line = LogLine.Format(s_time, LogLevel.Warning, "A", "x\n2026 INF\u001b[2J", [new("Name", "a\r\nb")], new InvalidOperationException("one\ntwo"));

        Assert.That(line.Any(char.IsControl), Is.False);
        Assert.That(line, Does.Contain("x\\n2026 INF\\u001b[2J").And.EndsWith("| InvalidOperationException: one\\ntwo"));
    }

    [Test]
    public void An_error_brings_its_stack_and_a_long_line_is_cut()
    {
        Exception caught;
        try
        {
            throw new InvalidOperationException("here");
        }
        catch (InvalidOperationException error)
        {
            caught = error;
        }

        Assert.That(LogLine.Format(s_time, LogLevel.Error, "A", "b", null, caught), Does.Contain(nameof(An_error_brings_its_stack_and_a_long_line_is_cut)));
        Assert.That(LogLine.Format(s_time, LogLevel.Error, "A", new string('x', 1_000_000), null, null), Has.Length.LessThan(20_000));
    }
}
