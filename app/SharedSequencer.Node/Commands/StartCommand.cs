using System.CommandLine;
using System.Runtime.InteropServices;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Storage;

namespace SharedSequencer.Node.Commands;

/// <summary><c>sequencer start</c>: runs the node until it is told to stop.</summary>
internal static class StartCommand
{
    /// <summary>SIGXFSZ on Linux and macOS.</summary>
    private const int FileSizeSignal = 25;

    public static Command Create(ProgramCli cli)
    {
        var engine = new Option<string?>("--engine") { Description = "What orders the blocks; wins over the setting engine." };
        engine.AcceptOnlyFromAmong(NodeSettings.CometBftEngine, NodeSettings.EmbeddedEngine);
        var command = new Command("start", "Run the node: CometBFT dials it, or the embedded engine does; users and rollups ask its API.") { engine };
        command.SetAction(async (result, cancellation) =>
        {
            var home = new NodeHome(cli.HomeOf(result));
            home.Create();
            var options = NodeSettings.Read(home, cli.Settings(result, (NodeSettings.Engine, result.GetValue(engine))));

            // A file that grows beyond the limit of this process is a full disk: an error to report, not the end.
            using var fileSize = PosixSignalRegistration.Create((PosixSignal)FileSizeSignal, signal => signal.Cancel = true);
            using var database = NodeDatabase.Open(home.Data, options.Engine);
            await using var host = NodeProgram.Build(options, database, BearerToken.LoadOrCreate(home.AdminToken));
            return await host.RunAsync(cancellation);
        });
        return command;
    }
}
