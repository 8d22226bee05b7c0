using SharedSequencer.Cli;

namespace SharedSequencer.Tests.Cli;

/// <summary>Runs seqctl in this process, with a home folder of its own and no environment but that.</summary>
internal sealed class SeqctlRunner : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("seqctl-").FullName;

    public string Home => Path.Combine(Folder, "home");

    /// <summary>SEQ_NODE.</summary>
    public Uri? Node { get; set; }

    public string File(string name) => Path.Combine(Folder, name);

    public Task<Result> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    public async Task<Result> RunWithInputAsync(string input, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new CliEnvironment(output, error, new StringReader(input), name => name switch
        {
            "SEQ_HOME" => Home,
            "SEQ_NODE" => Node?.ToString(),
            _ => null,
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var exit = await Seqctl.RunAsync(arguments, environment, limit.Token);
        return new Result(exit, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    internal sealed record Result(int Exit, string Out, string Error)
    {
        public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
