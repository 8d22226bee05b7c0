using System.CommandLine;
using SharedSequencer.Api;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl status</c></summary>
internal static class StatusCommand
{
    public static Command Create(CommandHost host) => host.Action(
        "status",
        "Shows the node's chain, height and pool.",
        ["seqctl status", "seqctl status --node http://10.0.0.5:8080 --output json"],
        [],
        async (context, cancellation) =>
        {
            var status = await context.Client.GetStatusAsync(cancellation).ConfigureAwait(false);
            context.Field("node", context.Client.Node.ToString());
            context.Field("chain", status.ChainId);
            context.Field("version", $"{status.Version} on {status.Engine}");
            context.Field("height", $"{status.Height}");
            context.Field("block time", status.Time.ToString("O"));
            context.Field("block hash", status.BlockHash);
            context.Field("app hash", status.AppHash);
            context.Field("kept", $"from height {status.EarliestHeight} on; headers up to {status.LightHeight}");
            context.Field("pool", $"{status.PoolCount} transactions, {status.PoolBytes} bytes");
            context.Document(status, ApiJson.Default.StatusResponse);
            return ExitCode.Done;
        });
}
