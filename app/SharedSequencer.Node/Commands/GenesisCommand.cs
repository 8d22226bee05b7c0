using System.CommandLine;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Genesis;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.Node.Commands;

/// <summary><c>sequencer genesis new</c> and <c>check</c>: CometBFT's genesis.json with our app_state.</summary>
internal static class GenesisCommand
{
    public static Command Create() => new("genesis", "Write or check the genesis.json that CometBFT starts a chain from.") { New(), Check() };

    private static Command New()
    {
        var defaults = new ChainParameters();
        var chainId = new Option<string>("--chain-id") { Description = "The chain's name.", Required = true };
        var accounts = new Option<string[]>("--account") { Description = "ADDRESS=USEQ: an account with coins. Repeat it.", Required = true };
        var validators = new Option<string[]>("--validator")
        {
            Description = "KEY=POWER: a validator by its Ed25519 key in base64, or by its priv_validator_key.json. Repeat it.",
            Required = true,
        };
        var output = new Option<string>("--out") { Description = "The file to write; it must not exist.", Required = true };
        var time = new Option<string?>("--time") { Description = "The chain's first time, RFC 3339 in UTC. Now, unless given." };
        var blockBytes = Number("--block-bytes", 4 * 1024 * 1024, "Bytes of a block at most.");
        var baseFee = Number("--base-fee", (long)defaults.BaseFeePerByte, "In useq for each byte of a transaction.");
        var lifetime = Number("--max-lifetime", (long)defaults.MaxTransactionLifetime, "Seconds that a transaction's expiry may lie ahead.");
        var deposit = Number("--min-deposit", (long)defaults.MinimumNamespaceDeposit, "The least deposit of a namespace, in useq.");
        var command = new Command("new", "Write a genesis.json.") { chainId, accounts, validators, output, time, blockBytes, baseFee, lifetime, deposit };
        command.SetAction(result =>
        {
            var document = new GenesisRequest
            {
                ChainId = result.GetRequiredValue(chainId),
                Accounts = result.GetRequiredValue(accounts),
                Validators = result.GetRequiredValue(validators),
                Time = TimeOf(result.GetValue(time)),
                BlockBytes = result.GetValue(blockBytes),
                Parameters = new ChainParameters
                {
                    BaseFeePerByte = (ulong)result.GetValue(baseFee),
                    MaxTransactionLifetime = (ulong)result.GetValue(lifetime),
                    MinimumNamespaceDeposit = (ulong)result.GetValue(deposit),
                },
            }.ToDocument();
            Refuse(GenesisRules.Faults(document));
            var path = result.GetRequiredValue(output);
            Write(path, document.ToJson());
            Console.WriteLine($"{path} written");
        });
        return command;
    }

    private static Command Check()
    {
        var file = new Argument<string>("file") { Description = "A genesis.json." };
        var command = new Command("check", "Say what is wrong with a genesis.json; exit code 1 when anything is.") { file };
        command.SetAction(async (result, _) =>
        {
            var path = result.GetRequiredValue(file);
            var faults = FaultsOf(path);
            foreach (var fault in faults)
                await Console.Error.WriteLineAsync($"{path}: {fault}");
            if (faults.Count > 0)
                return ProgramCli.FailedExitCode;
            Console.WriteLine($"{path} is good");
            return 0;
        });
        return command;
    }

    private static List<string> FaultsOf(string path)
    {
        try
        {
            return GenesisRules.Faults(GenesisDocument.Parse(File.ReadAllBytes(path)));
        }
        catch (CometJsonException error)
        {
            return [error.Message];
        }
    }

    private static void Refuse(List<string> faults)
    {
        if (faults.Count > 0)
            throw new ConfigurationException(faults);
    }

    private static void Write(string path, string text)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        using var writer = new StreamWriter(stream);
        writer.Write(text);
    }

    private static CometTime TimeOf(string? text) => text is null
        ? CometTime.From(DateTimeOffset.UtcNow)
        : CometTime.TryParse(text, out var time)
            ? time
            : throw new ConfigurationException($"--time {text}: RFC 3339 in UTC is needed, such as 2026-01-31T12:00:00Z.");

    private static Option<long> Number(string name, long byDefault, string description)
    {
        var option = new Option<long>(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, out var value) && value < 0)
                result.AddError($"{name} is {value}; a number from 0 is needed.");
        });
        return option;
    }
}
