using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Evm.Rpc;

namespace SharedSequencer.Tests.Evm;

public sealed class EngineSecretTests
{
    [Test]
    public void A_token_is_a_JWT_of_the_moment_signed_with_the_secret()
    {
        using var folder = new TemporaryFolder();
        var secret = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        File.WriteAllText(folder.File("jwt"), $"0x{Convert.ToHexString(secret)}\n");
        var clock = new FixedClock { Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) };
        var engine = EngineSecret.Load(folder.File("jwt"), clock);

        var parts = engine.NewToken().Split('.');
        Assert.That(Encoding.ASCII.GetString(Base64Url.DecodeFromChars(parts[0])), Is.EqualTo("""{"alg":"HS256","typ":"JWT"}"""));
        Assert.That(Encoding.ASCII.GetString(Base64Url.DecodeFromChars(parts[1])), Is.EqualTo("""{"iat":1700000000}"""));
        Assert.That(Base64Url.DecodeFromChars(parts[2]), Is.EqualTo(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"))));

        clock.Now = clock.Now.AddSeconds(1);
        Assert.That(engine.NewToken().Split('.')[1], Is.Not.EqualTo(parts[1]), "each call has its own time");
    }

    [Test]
    public void A_secret_that_is_made_is_private_and_stays()
    {
        using var folder = new TemporaryFolder();
        EngineSecret.Create(folder.File("jwt"));
        var first = File.ReadAllText(folder.File("jwt"));
        EngineSecret.Create(folder.File("jwt"));
        Assert.That(File.ReadAllText(folder.File("jwt")), Is.EqualTo(first));
        Assert.That(first, Does.Match("^[0-9a-f]{64}$"));
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(folder.File("jwt")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [TestCase("")]
    [TestCase("abcd")]
    [TestCase("zz00000000000000000000000000000000000000000000000000000000000000")]
    public void A_file_that_is_no_secret_is_refused_without_showing_it(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("jwt"), text);
        var refused = Assert.Throws<FormatException>(() => EngineSecret.Load(folder.File("jwt")));
        Assert.That(text.Length > 0 && refused!.Message.Contains(text), Is.False);
    }

    private sealed class FixedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
