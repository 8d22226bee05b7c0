using System.CommandLine;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Storage;

namespace SharedSequencer.Node.Commands;

/// <summary><c>sequencer rollback</c>: steps back one block, beside <c>cometbft rollback --hard</c>.</summary>
internal static class RollbackCommand
{
    public static Command Create(ProgramCli cli)
    {
        var command = new Command(
            "rollback",
            "Take back the newest block. For operators: when CometBFT was rolled back and refuses a node that is ahead of it.");
        command.SetAction(result =>
        {
            var home = new NodeHome(cli.HomeOf(result));
            var options = NodeSettings.Read(home, cli.Settings(result));
            using var database = NodeDatabase.Open(home.Data, options.Engine);
            Console.WriteLine($"The last height is now {new SqliteChainStore(database).StepBack()}.");
        });
        return command;
    }
}
