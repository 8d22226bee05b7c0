using System.CommandLine;
using SharedSequencer.Gateway;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Hosting.Processes;

var cli = new ProgramCli(
    GatewaySettings.Catalogue, "An Ethereum JSON-RPC endpoint for one EVM rollup: wallets send to it, the sequencer orders, geth executes.");

cli.Root.Subcommands.Add(cli.InitCommand());

var account = new Command("account", "Show the account that pays the sequencer. Its key is made when there is none.");
account.SetAction(result =>
{
    var options = GatewaySettings.Options(cli.Settings(result), cli.HomeOf(result));
    Console.WriteLine(GatewayProgram.LoadKey(options.KeyFile).PublicKey);
});
cli.Root.Subcommands.Add(account);

var start = new Command("start", "Run until SIGTERM.");
start.SetAction(async (result, cancellation) =>
{
    var options = GatewaySettings.Options(cli.Settings(result), cli.HomeOf(result));
    await using var host = GatewayProgram.Build(options, GatewayProgram.LoadKey(options.KeyFile));
    return await host.RunAsync(cancellation);
});
cli.Root.Subcommands.Add(start);

return await cli.InvokeAsync(args);
