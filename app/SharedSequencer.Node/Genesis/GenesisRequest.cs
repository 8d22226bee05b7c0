using System.Globalization;
using System.Text;
using System.Text.Json;
using SharedSequencer.Application;
using SharedSequencer.Application.Genesis;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine;

namespace SharedSequencer.Node.Genesis;

/// <summary>What <c>genesis new</c> is asked for, as text from the command line.</summary>
internal sealed record GenesisRequest
{
    public required string ChainId { get; init; }

    /// <summary>ADDRESS=USEQ each.</summary>
    public required IReadOnlyList<string> Accounts { get; init; }

    /// <summary>KEY=POWER each; KEY is base64, or the path of a key file of CometBFT.</summary>
    public required IReadOnlyList<string> Validators { get; init; }

    public required CometTime Time { get; init; }

    public ChainParameters Parameters { get; init; } = new();

    public long BlockBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The whole genesis.json.</summary>
    /// <exception cref="ConfigurationException">A part of it cannot be read.</exception>
    public GenesisDocument ToDocument()
    {
        var state = new GenesisState
        {
            ChainId = ChainId,
            Time = new BlockTime(Time.Seconds, Time.Nanos),
            Parameters = Parameters,
            Accounts = [.. Accounts.Select(ParseAccount)],
        };
        return new GenesisDocument(
            Time,
            ChainId,
            InitialHeight: 1,
            new ConsensusParams(
                BlockBytes,
                MaximumBlockGas: -1,
                EvidenceMaximumAgeBlocks: 100_000,
                EvidenceMaximumAgeNanoseconds: 48L * 60 * 60 * 1_000_000_000,
                EvidenceMaximumBytes: 1024 * 1024,
                PublicKeyTypes: ["ed25519"],
                AppVersion: SequencerApplication.AppVersion,
                VoteExtensionsEnableHeight: 0),
            [.. Validators.Select(ParseValidator)],
            HexBytes.Empty,
            Encoding.UTF8.GetString(GenesisJson.Write(state)));
    }

    private static KeyValuePair<AccountId, ulong> ParseAccount(string text)
    {
        var (name, value) = Split("account", text);
        if (!AccountId.TryParse(name, out var id))
            throw new ConfigurationException($"--account {text}: '{name}' is no address.");
        return ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var balance)
            ? new(id, balance)
            : throw new ConfigurationException($"--account {text}: '{value}' is no amount in useq.");
    }

    private static GenesisValidator ParseValidator(string text)
    {
        var (name, value) = Split("validator", text);
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var power))
            throw new ConfigurationException($"--validator {text}: '{value}' is no voting power.");
        var key = new byte[ConsensusKey.Length];
        var encoded = File.Exists(name) ? ReadKeyFile(name) : name;
        return Convert.TryFromBase64String(encoded, key, out var written) && written == ConsensusKey.Length
            ? new GenesisValidator(ConsensusKey.From(key), power, "")
            : throw new ConfigurationException($"--validator {text}: '{name}' is no Ed25519 key in base64, and no file of CometBFT with one.");
    }

    /// <summary>The public key of <c>priv_validator_key.json</c>; the private one is not looked at.</summary>
    private static string ReadKeyFile(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.GetProperty("pub_key").GetProperty("value").GetString() ?? "";
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ConfigurationException($"{path} is no key file of CometBFT: {error.Message}");
        }
    }

    private static (string Name, string Value) Split(string option, string text)
    {
        // Base64 ends in '=' too.
        var at = text.LastIndexOf('=');
        return at > 0
            ? (text[..at], text[(at + 1)..])
            : throw new ConfigurationException($"--{option} {text}: NAME=NUMBER is needed.");
    }
}
