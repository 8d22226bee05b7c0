using NUnit.Framework;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Wire;

namespace SharedSequencer.Tests.Grpc;

/// <summary>The text forms of the protocol's headers.</summary>
internal sealed class HeaderFormTests
{
    [TestCase("1H", 3_600_000)]
    [TestCase("2M", 120_000)]
    [TestCase("3S", 3000)]
    [TestCase("4m", 4)]
    [TestCase("5000u", 5)]
    [TestCase("6000000n", 6)]
    public void Each_unit_of_a_timeout_is_read(string text, int milliseconds)
    {
        Assert.That(GrpcTimeout.TryParse(text, out var time), Is.True);
        Assert.That(time, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Test]
    public void The_longest_timeout_does_not_overflow()
    {
        Assert.That(GrpcTimeout.TryParse("99999999H", out var time), Is.True);
        Assert.That(time, Is.EqualTo(GrpcTimeout.Longest));
    }

    [FsCheck.NUnit.Property]
    public bool A_timeout_is_never_shortened(FsCheck.DoNotSize<long> ticks)
    {
        var time = TimeSpan.FromTicks(Math.Abs(ticks.Item % GrpcTimeout.Longest.Ticks));

        return GrpcTimeout.TryParse(GrpcTimeout.Format(time), out var read) && read >= time && read - time <= TimeSpan.FromSeconds(1);
    }

    [FsCheck.NUnit.Property]
    public bool A_message_survives_its_encoding(string? text)
    {
        // A lone surrogate is no text: UTF-8 replaces it.
        var given = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text ?? ""));
        var encoded = StatusMessage.Encode(given);

        return encoded.All(c => c is >= ' ' and <= '~') && StatusMessage.Decode(encoded) == given;
    }

    [TestCase("100 %", "100 %25")]
    [TestCase("ü\n", "%C3%BC%0A")]
    public void A_message_is_percent_encoded(string text, string encoded) => Assert.That(StatusMessage.Encode(text), Is.EqualTo(encoded));

    [TestCase("50 % off", "50 % off")]
    [TestCase("%", "%")]
    [TestCase("%zz", "%zz")]
    public void A_message_that_is_not_encoded_well_stays_as_it_is(string text, string decoded) => Assert.That(StatusMessage.Decode(text), Is.EqualTo(decoded));

    [FsCheck.NUnit.Property]
    public bool Bytes_are_read_with_and_without_padding(byte[] bytes) =>
        HeaderNames.TryDecodeBytes(HeaderNames.EncodeBytes(bytes), out var bare) && bare.SequenceEqual(bytes)
        && HeaderNames.TryDecodeBytes(Convert.ToBase64String(bytes), out var padded) && padded.SequenceEqual(bytes);

    [TestCase("a")]
    [TestCase("abcde")]
    [TestCase("ab*d")]
    public void What_is_no_base64_is_refused(string text) => Assert.That(HeaderNames.TryDecodeBytes(text, out _), Is.False);

    [TestCase("Upper")]
    [TestCase("")]
    [TestCase("a b")]
    public void A_bad_name_is_refused(string name) => Assert.Throws<ArgumentException>(() => new Metadata().Add(name, "value"));

    [TestCase("line\nbreak")]
    [TestCase("ü")]
    public void A_bad_value_is_refused(string value) => Assert.Throws<ArgumentException>(() => new Metadata().Add("name", value));
}
