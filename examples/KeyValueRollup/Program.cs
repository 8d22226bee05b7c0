using KeyValueRollup;
using SharedSequencer.Client;
using SharedSequencer.Client.Verification;
using SharedSequencer.Cryptography;

if (args is not [var address, var name, var file, .. { Length: <= 1 } keys])
{
    Console.Error.WriteLine("Usage: key-value-rollup NODE NAMESPACE FILE [KEY-FILE], then lines of name=value");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
using var node = new SequencerClient(new Uri(address));
var rollup = new Rollup([node.Node], new TrustedNodeHeaders(node), name, file);
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

return 0;

async Task WriteAsync(AccountSender sender)
{
    while (await Console.In.ReadLineAsync(stop.Token) is { } line)
    {
        if (line.Split('=', 2) is [var key, var value])
            await rollup.SetAsync(sender, key, value, stop.Token);
    }
}
