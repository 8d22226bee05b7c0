using KeyValueRollup;
using SharedSequencer.Client;
using SharedSequencer.Client.Light;
using SharedSequencer.CometBft.Json;
using SharedSequencer.Cryptography;

if (args is not [var address, var genesis, var name, var file, .. { Length: <= 1 } keys])
{
    Console.Error.WriteLine("Usage: key-value-rollup NODE GENESIS NAMESPACE FILE [KEY-FILE], then lines of name=value");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
using var node = new SequencerClient(new Uri(address));
var trusted = new TrustedFile(file + ".light");
using var light = await LightClient.OpenAsync(
    new LightClientSetup
    {
        Primary = new NodeLightBlocks(node),
        Root = trusted.Exists ? null : TrustRoot.FromGenesis(GenesisDocument.Parse(await File.ReadAllBytesAsync(genesis, stop.Token))),
        File = trusted,
    },
    stop.Token);
var rollup = new Rollup([node.Node], light, name, file);
try
{
    if (keys is [var keyFile])
    {
        var key = SecretKey.Parse(await File.ReadAllTextAsync(keyFile, stop.Token));
        await rollup.RegisterAsync(node, key, stop.Token);
        _ = WriteAsync(new AccountSender(node, key));
    }

    await rollup.RunAsync(now => Console.WriteLine($"slice {now.Applied}: {now.Values.Count} names, root {now.Root}"), stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine("stopped; the next run goes on from here");
}
finally
{
    light.Save();
}

return 0;

async Task WriteAsync(AccountSender sender)
{
    while (await Console.In.ReadLineAsync(stop.Token) is { } line)
    {
        if (line.Split('=', 2) is [var key, var value])
            await rollup.SetAsync(sender, key, value, stop.Token);
    }
}
