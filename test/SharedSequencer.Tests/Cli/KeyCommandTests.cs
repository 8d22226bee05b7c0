using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Cryptography;

namespace SharedSequencer.Tests.Cli;

internal sealed class KeyCommandTests
{
    private const string Secret = "0c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d";
    private const string Wif = "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617";

    private SeqctlRunner _seqctl = null!;

    [SetUp]
    public void MakeHome() => _seqctl = new SeqctlRunner();

    [TearDown]
    public void RemoveHome() => _seqctl.Dispose();

    [Test]
    public async Task A_new_key_is_a_file_of_its_owner_alone_and_shows_no_secret()
    {
        var made = await _seqctl.RunAsync("key", "new", "alice");

        var path = Path.Combine(_seqctl.Home, "keys", "alice");
        var secret = (await File.ReadAllTextAsync(path)).Trim();
        Assert.That((made.Exit, made.Error), Is.EqualTo((0, "")));
        Assert.That(made.Out, Does.Contain($"{SecretKey.Parse(secret).PublicKey}").And.Contain(path));
        Assert.That(made.Out, Does.Not.Contain(secret));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(
            File.GetUnixFileMode(Path.GetDirectoryName(path)!),
            Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Test]
    public async Task Hex_and_WIF_import_from_stdin_or_a_file_to_the_same_key()
    {
        await File.WriteAllTextAsync(_seqctl.File("secret"), Wif + "\n");

        var hex = await _seqctl.RunWithInputAsync(Secret + "\n", "key", "import", "one", "--output", "json");
        var wif = await _seqctl.RunAsync("key", "import", "two", "--file", _seqctl.File("secret"), "--output", "json");

        Assert.That((hex.Exit, wif.Exit), Is.EqualTo((0, 0)));
        Assert.That(Json(hex).GetProperty("address").GetString(), Is.EqualTo($"{SecretKey.Parse(Secret).PublicKey}"));
        Assert.That(Json(wif).GetProperty("public_key").GetString(), Is.EqualTo(Json(hex).GetProperty("public_key").GetString()));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_seqctl.Home, "keys", "two")), Is.EqualTo(Secret + "\n"));
    }

    [Test]
    public async Task What_is_no_secret_is_refused_without_repeating_it_and_leaves_no_file()
    {
        var refused = await _seqctl.RunWithInputAsync(Secret[..62] + "\n", "key", "import", "alice");

        Assert.That(refused.Exit, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("64 hex digits or WIF").And.Not.Contain(Secret[..62]));
        Assert.That(Directory.Exists(Path.Combine(_seqctl.Home, "keys")), Is.False);
    }

    [Test]
    public async Task Keys_are_listed_by_name_and_the_only_one_is_shown_unasked()
    {
        Assert.That((await _seqctl.RunAsync("key", "list")).Out, Does.Contain("seqctl key new"));
        _ = await _seqctl.RunAsync("key", "new", "bob");
        var only = await _seqctl.RunAsync("key", "show");
        _ = await _seqctl.RunAsync("key", "new", "alice");
        var list = await _seqctl.RunAsync("key", "list", "--output", "json");
        var which = await _seqctl.RunAsync("key", "show");
        var named = await _seqctl.RunAsync("key", "show", "--key", "bob");

        Assert.That((only.Exit, only.Out), Is.EqualTo((0, named.Out)));
        Assert.That(Json(list).EnumerateArray().Select(k => k.GetProperty("name").GetString()), Is.EqualTo((string[])["alice", "bob"]));
        Assert.That(which.Exit, Is.EqualTo(2));
        Assert.That(which.Error, Does.Contain("--key NAME (alice, bob)"));
    }

    [Test]
    public async Task A_name_that_is_taken_unknown_or_unfit_is_refused()
    {
        _ = await _seqctl.RunAsync("key", "new", "alice");
        var before = await File.ReadAllTextAsync(Path.Combine(_seqctl.Home, "keys", "alice"));

        Assert.That((await _seqctl.RunAsync("key", "new", "alice")).Exit, Is.EqualTo(1));
        Assert.That((await _seqctl.RunAsync("key", "show", "bob")).Exit, Is.EqualTo(3));
        foreach (var name in (string[])["../escape", ".hidden", "a/b", "", new string('x', 65), "a b"])
            Assert.That((await _seqctl.RunAsync("key", "new", name)).Exit, Is.EqualTo(2), name);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_seqctl.Home, "keys", "alice")), Is.EqualTo(before));
        Assert.That(Directory.EnumerateFiles(Path.Combine(_seqctl.Home, "keys")).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_file_that_others_can_read_or_that_is_broken_is_refused_with_what_to_do()
    {
        _ = await _seqctl.RunAsync("key", "new", "alice");
        var path = Path.Combine(_seqctl.Home, "keys", "alice");

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var open = await _seqctl.RunAsync("key", "show");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(path, "nonsense");
        var broken = await _seqctl.RunAsync("key", "show");
        await File.WriteAllTextAsync(path, new string('0', 5000));
        var huge = await _seqctl.RunAsync("key", "show");

        Assert.That(open.Error, Does.Contain($"chmod 600 {path}"));
        Assert.That(broken.Error, Does.Contain("is no key file"));
        Assert.That((open.Exit, broken.Exit, huge.Exit), Is.EqualTo((1, 1, 1)));
    }

    private static JsonElement Json(SeqctlRunner.Result result)
    {
        using var document = JsonDocument.Parse(result.Out);
        return document.RootElement.Clone();
    }
}
