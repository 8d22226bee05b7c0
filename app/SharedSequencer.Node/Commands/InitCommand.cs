using System.CommandLine;
using SharedSequencer.Engine;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Configuration;

namespace SharedSequencer.Node.Commands;

/// <summary><c>sequencer init</c>: a home folder with configuration, private folders and the admin listener's token.</summary>
internal static class InitCommand
{
    public static Command Create(ProgramCli cli)
    {
        var engine = new Option<string?>("--engine") { Description = "With embedded: also the validator's key of that engine." };
        engine.AcceptOnlyFromAmong(NodeSettings.CometBftEngine, NodeSettings.EmbeddedEngine);
        var command = new Command("init", "Write a home folder: a commented configuration file, private folders, the admin listener's token.") { engine };
        command.SetAction(result =>
        {
            // First the folders, so that everything is made inside private ones.
            var home = new NodeHome(cli.HomeOf(result));
            home.Create();
            var written = NodeSettings.Catalogue.WriteTemplate(home.Path);
            _ = BearerToken.LoadOrCreate(home.AdminToken);
            if (NodeSettings.Read(home, cli.Settings(result, (NodeSettings.Engine, result.GetValue(engine)))).IsEmbedded)
            {
                var engineHome = new EngineHome(home.Engine);
                engineHome.Prepare();
                Console.WriteLine($"{engineHome.KeyFile} is the validator's key; write {engineHome.GenesisFile} next");
            }

            Console.WriteLine($"{NodeSettings.Catalogue.FileIn(home.Path)} {(written ? "written" : "was there already")}");
        });
        return command;
    }
}
