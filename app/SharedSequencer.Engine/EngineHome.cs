using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Keys;

namespace SharedSequencer.Engine;

/// <summary>The engine's home folder, laid out as CometBFT's: config and data.</summary>
public sealed record EngineHome(string Path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string GenesisFile => System.IO.Path.Combine(Config, "genesis.json");

    /// <summary>The validator's key, which stays in this file; 0600.</summary>
    public string KeyFile => System.IO.Path.Combine(Config, "priv_validator_key.json");

    /// <summary>What was signed last.</summary>
    public string SignStateFile => System.IO.Path.Combine(Data, "priv_validator_state.json");

    public string Database => System.IO.Path.Combine(Data, "engine.db");

    private string Config => System.IO.Path.Combine(Path, "config");

    private string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>Makes what is missing: the folders, for their owner alone, and a random validator key.</summary>
    /// <returns>The validator's public key, for genesis.</returns>
    /// <exception cref="EngineException">The key file is no such file.</exception>
    public ConsensusKey Prepare()
    {
        CreateFolders();
        return ValidatorKey.LoadOrCreate(KeyFile).PublicKey;
    }

    internal void CreateFolders()
    {
        foreach (var folder in new[] { Path, Config, Data })
            Directory.CreateDirectory(folder, OwnerOnly);
    }

    /// <exception cref="EngineException">There is none, or it is damaged.</exception>
    internal GenesisDocument ReadGenesis()
    {
        if (!File.Exists(GenesisFile))
        {
            throw new EngineException(
                $"There is no {GenesisFile}. Write one: sequencer genesis new --chain-id NAME --account ADDRESS=USEQ --validator {KeyFile}=10 --out {GenesisFile}");
        }

        try
        {
            return GenesisDocument.Parse(File.ReadAllBytes(GenesisFile));
        }
        catch (CometJsonException error)
        {
            throw new EngineException($"{GenesisFile} cannot be read: {error.Message}", error);
        }
    }
}
