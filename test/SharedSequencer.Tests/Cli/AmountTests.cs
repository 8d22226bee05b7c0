using NUnit.Framework;
using SharedSequencer.Cli.Output;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace SharedSequencer.Tests.Cli;

internal sealed class AmountTests
{
    [TestCase("0", 0ul)]
    [TestCase("1500000", 1_500_000ul)]
    [TestCase("1500000useq", 1_500_000ul)]
    [TestCase("1.5SEQ", 1_500_000ul)]
    [TestCase("1.5seq", 1_500_000ul)]
    [TestCase("1.5 SEQ", 1_500_000ul)]
    [TestCase("0.000001SEQ", 1ul)]
    [TestCase("18446744073709.551615SEQ", ulong.MaxValue)]
    public void Amounts_are_read_in_both_units(string text, ulong useq)
    {
        Assert.That(Amount.TryParse(text, out var read), Is.True);
        Assert.That(read, Is.EqualTo(useq));
    }

    [TestCase("")]
    [TestCase("SEQ")]
    [TestCase("useq")]
    [TestCase("-1")]
    [TestCase("+1")]
    [TestCase("1.5")]
    [TestCase("1.5useq")]
    [TestCase("1.SEQ")]
    [TestCase(".5SEQ")]
    [TestCase("1.0000001SEQ")]
    [TestCase("1e6")]
    [TestCase("1,5SEQ")]
    [TestCase("1.-5SEQ")]
    [TestCase("18446744073709551616")]
    [TestCase("18446744073709.551616SEQ")]
    [TestCase("99999999999999999999SEQ")]
    public void What_is_no_amount_is_refused(string text) => Assert.That(Amount.TryParse(text, out _), Is.False);

    [Property]
    public void What_is_shown_reads_back(ulong useq)
    {
        var shown = Amount.Show(useq);

        Assert.That(Amount.TryParse(shown[..shown.IndexOf(" (", StringComparison.Ordinal)], out var read) ? read : 0, Is.EqualTo(useq));
        Assert.That(shown, Does.EndWith($"({useq} useq)"));
    }

    [Test]
    public void Payloads_never_write_control_characters_to_the_terminal()
    {
        Assert.That(Payload.Show("grüezi ✓"u8.ToArray()), Is.EqualTo("\"grüezi ✓\""));
        Assert.That(Payload.Show("\u001b[2J"u8.ToArray()), Is.EqualTo("0x1b5b324a"));
        Assert.That(Payload.Show("\u202eabc"u8.ToArray()), Does.StartWith("0x"));
        Assert.That(Payload.Show([0xff, 0xfe]), Is.EqualTo("0xfffe"));
        Assert.That(Payload.Show(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("😀", 300)))), Does.EndWith("… (1200 bytes)"));
        Assert.That(Payload.Show(new byte[5000]), Has.Length.LessThan(600));
    }
}
