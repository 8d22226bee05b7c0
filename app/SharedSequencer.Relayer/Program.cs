using System.CommandLine;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Relayer;
using SharedSequencer.Relayer.Configuration;

var cli = new ProgramCli(
    RelayerSettings.Catalogue,
    "Follows a sequencer node: executes a rollup's final slices, anchors the chain in Bitcoin, and marks what is firm.");
cli.Root.Subcommands.Add(cli.InitCommand());
var start = new Command("start", "Run until SIGTERM.");
start.SetAction(async (result, cancellation) =>
{
    await using var host = RelayerProgram.Build(cli.Settings(result), cli.HomeOf(result));
    return await host.RunAsync(cancellation);
});
cli.Root.Subcommands.Add(start);
return await cli.InvokeAsync(args);
