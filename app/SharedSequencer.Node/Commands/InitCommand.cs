using System.CommandLine;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Configuration;

namespace SharedSequencer.Node.Commands;

/// <summary><c>sequencer init</c>: a home folder with configuration, private folders and the admin listener's token.</summary>
internal static class InitCommand
{
    public static Command Create(ProgramCli cli)
    {
        var command = new Command("init", "Write a home folder: a commented configuration file, private folders, the admin listener's token.");
        command.SetAction(result =>
        {
            // First the folders, so that everything is made inside private ones.
            var home = new NodeHome(cli.HomeOf(result));
            home.Create();
            var written = NodeSettings.Catalogue.WriteTemplate(home.Path);
            _ = BearerToken.LoadOrCreate(home.AdminToken);
            Console.WriteLine($"{NodeSettings.Catalogue.FileIn(home.Path)} {(written ? "written" : "was there already")}");
        });
        return command;
    }
}
