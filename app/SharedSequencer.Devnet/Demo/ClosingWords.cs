using System.Globalization;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Evm;

namespace SharedSequencer.Devnet.Demo;

/// <summary>What a newcomer needs next.</summary>
internal static class ClosingWords
{
    public static void Print(LocalNetwork network, TimeSpan? firstFinal)
    {
        var api = network.Endpoints.Api[0];
        var seqctl = Path.GetRelativePath(Environment.CurrentDirectory, network.CliProgram);
        var home = Path.GetRelativePath(Environment.CurrentDirectory, network.CliHome);
        Console.WriteLine(
            $"""

            Everything runs. Addresses are in {Path.GetRelativePath(Environment.CurrentDirectory, Endpoints.FileIn(network.Plan.Folder))}.
              API        {api}/v1/status
              CometBFT   {network.Endpoints.CometbftRpc[0]}
            """);
        if (network.Evm is { } evm)
        {
            Console.WriteLine(
                $"""
                  Wallets    {evm.Gateway}   (EVM chain {network.Plan.EvmChainId})
                             funded account {EvmAddress.Of(LocalNetwork.EvmDeveloper)}
                             its key, for development only: 0x{LocalNetwork.EvmDeveloper.ToSecretHex()}
                """);
        }

        if (network.Relayer is { } relayer)
            Console.WriteLine($"  Relayer    {relayer.Url}status");
        Console.WriteLine(
            $"""

            Try next:
              export SEQ_NODE={api} SEQ_HOME={home}
              {seqctl} submit {Namespaces.Notes} --text 'my first note' --wait {DemoGoal.Of(network)}
              {seqctl} slice follow {Namespaces.Notes}
              {seqctl} status
            """);
        if (firstFinal is { } time)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nFirst final transaction {time.TotalSeconds:0.0} s after the script's first line."));
    }
}
