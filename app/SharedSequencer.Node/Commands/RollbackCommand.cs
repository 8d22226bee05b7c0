using System.CommandLine;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Snapshots;

namespace SharedSequencer.Node.Commands;

/// <summary><c>sequencer rollback</c>: steps back one block, beside <c>cometbft rollback --hard</c>.</summary>
internal static class RollbackCommand
{
    public static Command Create(ProgramCli cli)
    {
        var command = new Command(
            "rollback",
            "Take back the newest block, with the node stopped. For operators: after 'cometbft rollback --hard', or when CometBFT lost its newest block, CometBFT refuses a node that is ahead of it. Run it once for each block, 100 at most.");
        command.SetAction(result =>
        {
            var home = new NodeHome(cli.HomeOf(result));
            var options = NodeSettings.Read(home, cli.Settings(result));
            using var database = NodeDatabase.Open(home.Data, options.Engine);
            var height = new SqliteChainStore(database).StepBack();
            new SnapshotFolder(home.Data).RemoveAbove(height);
            Console.WriteLine($"The last height is now {height}.");
        });
        return command;
    }
}
