using System.Net;
using NUnit.Framework;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.SystemTests.Gateway;

/// <summary>The program itself: its commands, files and end.</summary>
public sealed class GatewayProgramTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task It_starts_serves_and_ends_on_SIGTERM_with_code_0()
    {
        var port = FreePort.Next();
        var home = _folder.File("started");
        await using var process = Start("started", ["start", "--home", home], new()
        {
            ["SEQ_GATEWAY_LISTEN"] = $"127.0.0.1:{port}",
            ["SEQ_GATEWAY_NAMESPACE"] = "alpha",
            ["SEQ_GATEWAY_NODE_URL"] = "http://127.0.0.1:1",
            ["SEQ_GATEWAY_GETH_URL"] = "http://127.0.0.1:1",
        });
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var health = await GatewayUnderTest.UntilAsync(() => StatusAsync(http, "/healthz", process), s => s is not null);
        Assert.That(health, Is.EqualTo(HttpStatusCode.OK), process.LogTail());
        Assert.That(await StatusAsync(http, "/readyz", process), Is.EqualTo(HttpStatusCode.ServiceUnavailable));

        Assert.That(await process.StopAsync(TimeSpan.FromSeconds(20)), Is.True, process.LogTail());
        Assert.That(process.ExitCode, Is.Zero, process.LogTail());
        Assert.That(File.ReadAllText(Path.Combine(home, "config", "gateway.toml")), Does.Contain("SEQ_GATEWAY_GETH_URL"));
        var key = Path.Combine(home, "keys", "gateway.key");
        Assert.That(OperatingSystem.IsWindows() || File.GetUnixFileMode(key) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), Is.True);
        Assert.That(File.ReadAllText(process.Spec.LogFile), Does.Not.Contain(File.ReadAllText(key).Trim()));
    }

    [Test]
    public async Task Its_account_is_shown_and_stays_the_same()
    {
        var home = _folder.File("account");
        var environment = new Dictionary<string, string?> { ["SEQ_GATEWAY_NAMESPACE"] = "alpha" };
        var first = await RunAsync("account-1", ["account", "--home", home], environment);
        var second = await RunAsync("account-2", ["account", "--home", home], environment);

        Assert.That(first, Is.EqualTo((0, second.Output)));
        Assert.That(first.Output, Does.StartWith("seq1"));
    }

    [TestCase("usage", new[] { "no-such-command" }, 2, "no-such-command")]
    [TestCase("configuration", new[] { "start" }, 78, "namespace is \"\"; it must be a name")]
    [TestCase("version", new[] { "--version" }, 0, "0.1.0")]
    [TestCase("help", new[] { "--help" }, 0, "--home")]
    public async Task Its_exit_codes_and_words_are(string name, string[] arguments, int exitCode, string words)
    {
        var (code, output) = await RunAsync(name, [.. arguments, .. arguments[0].StartsWith('-') ? Array.Empty<string>() : ["--home", _folder.File(name)]], []);
        Assert.That(code, Is.EqualTo(exitCode), output);
        Assert.That(output, Does.Contain(words));
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient http, string path, ManagedProcess process)
    {
        try
        {
            using var answer = await http.GetAsync(path);
            return answer.StatusCode;
        }
        catch (HttpRequestException) when (!process.HasExited)
        {
            return null;
        }
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string name, string[] arguments, Dictionary<string, string?> environment)
    {
        await using var process = Start(name, arguments, environment);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.StopAsync(TimeSpan.FromSeconds(5));
        return (process.ExitCode, process.LogTail());
    }

    private ManagedProcess Start(string name, IReadOnlyList<string> arguments, Dictionary<string, string?> environment) =>
        ManagedProcess.Start(new ProcessSpec(
            name, "dotnet", [Path.Combine(AppContext.BaseDirectory, "gateway.dll"), .. arguments], _folder.File($"{name}.log"))
        {
            Environment = environment,
        });
}
