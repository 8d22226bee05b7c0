using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Abci;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.SystemTests.Abci;

/// <summary>A real CometBFT with one validator, blocks as fast as they come, and ports of its own.</summary>
internal sealed class CometBftNode : IAsyncDisposable
{
    private readonly HttpClient _http;

    private CometBftNode(ManagedProcess process, int rpcPort)
    {
        Process = process;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{rpcPort}/"), Timeout = TimeSpan.FromSeconds(20) };
    }

    public ManagedProcess Process { get; }

    /// <summary>Writes the home folder, with text edits of config.toml: each line replaced must be there.</summary>
    public static async Task InitAsync(string program, string home, params (string Old, string New)[] edits)
    {
        await using var init = ManagedProcess.Start(new ProcessSpec("init", program, ["init", "--home", home], home + ".init.log"));
        await init.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(init.ExitCode, Is.Zero, init.LogTail());

        var config = Path.Combine(home, "config", "config.toml");
        var text = await File.ReadAllTextAsync(config);
        foreach (var (old, replacement) in edits)
        {
            Assert.That(text, Does.Contain(old), "config.toml");
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(config, text);
    }

    public static CometBftNode Start(string program, string home, AbciAddress application)
    {
        var rpcPort = FreePort.Next();
        string[] arguments =
        [
            "start", "--home", home,
            "--proxy_app", application.ToString(),
            "--rpc.laddr", $"tcp://127.0.0.1:{rpcPort}",
            "--p2p.laddr", "tcp://127.0.0.1:0",
        ];
        return new(ManagedProcess.Start(new ProcessSpec("cometbft", program, arguments, home + ".log")), rpcPort);
    }

    /// <summary>Calls a method of the RPC and returns its result.</summary>
    public async Task<JsonElement> CallAsync(string method, string parameters = "")
    {
        var answer = await _http.GetFromJsonAsync<JsonElement>($"{method}?{parameters}");
        return answer.TryGetProperty("result", out var result)
            ? result
            : throw new InvalidOperationException($"{method}: {answer}");
    }

    /// <summary>Waits until the condition holds, or fails with the end of the log.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Process.HasExited || Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(20))
                Assert.Fail($"Waited for {what}; CometBFT {(Process.HasExited ? "ended" : "runs")}:\n{Process.LogTail(40)}");
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }
}
