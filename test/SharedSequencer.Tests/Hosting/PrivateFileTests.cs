using System.Runtime.Versioning;
using NUnit.Framework;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Http;

namespace SharedSequencer.Tests.Hosting;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFileTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("seq-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_secret_is_written_for_its_owner_alone_and_never_overwritten()
    {
        var path = Path.Combine(_folder, "keys", "one");
        PrivateFile.WriteNew(path, "secret\n");

        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(PrivateFile.Read(path), Is.EqualTo("secret"));
        Assert.That(() => PrivateFile.WriteNew(path, "other"), Throws.InstanceOf<IOException>());
        Assert.That(PrivateFile.Read(path), Is.EqualTo("secret"));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Has.Length.EqualTo(1), "No draft is left behind.");
    }

    [TestCase(UnixFileMode.GroupRead)]
    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.OtherWrite)]
    public void A_secret_that_others_can_reach_is_refused_without_being_told(UnixFileMode more)
    {
        var path = Path.Combine(_folder, "one");
        PrivateFile.WriteNew(path, "hidden");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | more);

        var error = Assert.Throws<ConfigurationException>(() => PrivateFile.Read(path));
        Assert.That(error!.Message, Does.Contain($"chmod 600 {path}").And.Not.Contain("hidden"));
    }

    [Test]
    public void A_token_is_made_once_and_then_kept()
    {
        var path = Path.Combine(_folder, "token");
        var token = BearerToken.LoadOrCreate(path);

        Assert.That(token, Does.Match("^[0-9a-f]{64}$"));
        Assert.That(BearerToken.LoadOrCreate(path), Is.EqualTo(token));
    }

    [TestCase("")]
    [TestCase("short")]
    [TestCase("0123456789abcdef0123456789abcdef 0123456789abcdef0123456789abcdef")]
    public void A_file_without_a_token_is_refused(string content)
    {
        var path = Path.Combine(_folder, "token");
        PrivateFile.WriteNew(path, content);
        Assert.That(() => BearerToken.LoadOrCreate(path), Throws.TypeOf<ConfigurationException>());
    }
}
