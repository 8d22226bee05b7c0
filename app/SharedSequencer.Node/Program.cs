using SharedSequencer.Engine;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Commands;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Storage;

var cli = new ProgramCli(NodeSettings.Catalogue, "A node of the shared sequencer: the application beside CometBFT, and the API of rollups.");
cli.Root.Add(InitCommand.Create(cli));
cli.Root.Add(GenesisCommand.Create());
cli.Root.Add(StartCommand.Create(cli));
cli.Root.Add(RollbackCommand.Create(cli));
try
{
    return await cli.InvokeAsync(args);
}
catch (Exception error) when (error is StorageException or EngineException or InvalidDataException)
{
    await Console.Error.WriteLineAsync($"sequencer: {error.Message}");
    return ProgramCli.FailedExitCode;
}
