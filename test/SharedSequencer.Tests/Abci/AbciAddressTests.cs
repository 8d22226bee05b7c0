using NUnit.Framework;
using SharedSequencer.Abci;

namespace SharedSequencer.Tests.Abci;

public sealed class AbciAddressTests
{
    [TestCase("unix:///run/seq/abci.sock", "/run/seq/abci.sock", null)]
    [TestCase("tcp://127.0.0.1:26658", null, "127.0.0.1:26658")]
    [TestCase("tcp://localhost:0", null, "127.0.0.1:0")]
    [TestCase("tcp://[::1]:26658", null, "[::1]:26658")]
    public void An_address_as_cometbft_spells_it_is_read(string text, string? path, string? endPoint)
    {
        var address = AbciAddress.Parse(text);

        Assert.That(address.UnixPath, Is.EqualTo(path));
        Assert.That(address.Tcp?.ToString(), Is.EqualTo(endPoint));
    }

    [TestCase("", "unix:///absolute/path or tcp://host:port")]
    [TestCase("/run/abci.sock", "unix:///absolute/path or tcp://host:port")]
    [TestCase("unix://run/abci.sock", "must be absolute")]
    [TestCase("unix:///run/", "must be absolute and name a file")]
    [TestCase("tcp://127.0.0.1", "must end in a port")]
    [TestCase("tcp://127.0.0.1:65536", "must end in a port")]
    [TestCase("tcp://127.0.0.1:-1", "must end in a port")]
    [TestCase("tcp://:26658", "must end in a port")]
    [TestCase("tcp://example.org:26658", "not 'example.org'")]
    public void Anything_else_is_refused_with_what_to_write_instead(string text, string reason) =>
        Assert.That(() => AbciAddress.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains(reason));

    [Test]
    public void A_unix_path_of_107_bytes_is_the_longest()
    {
        Assert.That(AbciAddress.Unix("/" + new string('a', 106)).UnixPath, Has.Length.EqualTo(107));
        Assert.That(
            () => AbciAddress.Unix("/" + new string('a', 107)),
            Throws.TypeOf<FormatException>().With.Message.Contains("108 bytes long; the kernel allows 107"));
        Assert.That(
            () => AbciAddress.Unix("/" + new string('é', 54)),
            Throws.TypeOf<FormatException>().With.Message.Contains("109 bytes"));
    }
}
