using System.CommandLine;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Storage;

namespace SharedSequencer.Node.Commands;

/// <summary><c>sequencer start</c>: runs the node until it is told to stop.</summary>
internal static class StartCommand
{
    public static Command Create(ProgramCli cli)
    {
        var command = new Command("start", "Run the node: CometBFT dials it, users and rollups ask its API.");
        command.SetAction(async (result, cancellation) =>
        {
            var home = new NodeHome(cli.HomeOf(result));
            home.Create();
            var options = NodeSettings.Read(home, cli.Settings(result));
            using var database = NodeDatabase.Open(home.Data, options.Engine);
            await using var host = NodeProgram.Build(options, database, BearerToken.LoadOrCreate(home.AdminToken));
            return await host.RunAsync(cancellation);
        });
        return command;
    }
}
