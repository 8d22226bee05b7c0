using System.CommandLine;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Configuration;

namespace SharedSequencer.Node.Commands;

/// <summary><c>sequencer init</c>: a home folder with configuration, private folders and the admin listener's token.</summary>
internal static class InitCommand
{
    public static Command Create(ProgramCli cli) => cli.InitCommand(path =>
    {
        var home = new NodeHome(path);
        home.Create();
        _ = BearerToken.LoadOrCreate(home.AdminToken);
    });
}
