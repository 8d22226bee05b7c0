using System.Text.Json;
using System.Text.Json.Serialization;

namespace SharedSequencer.Devnet.Networks;

/// <summary>Where a network's parts are reached: <c>endpoints.json</c>, which scripts may rely on.</summary>
public sealed record Endpoints
{
    /// <summary><c>cometbft</c> or <c>embedded</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>One API for each validator.</summary>
    public required IReadOnlyList<string> Api { get; init; }

    /// <summary>The same service by gRPC.</summary>
    public required IReadOnlyList<string> Grpc { get; init; }

    public required IReadOnlyList<string> CometbftRpc { get; init; }

    /// <summary>Namespace → its Ethereum JSON-RPC.</summary>
    public required IReadOnlyDictionary<string, string> Gateway { get; init; }

    /// <summary>Namespace → its executor.</summary>
    public required IReadOnlyDictionary<string, string> Executors { get; init; }

    public BitcoindEndpoint? Bitcoind { get; init; }

    public string? Relayer { get; init; }

    /// <summary>Ports that no one else needs, kept for the next run.</summary>
    public required IReadOnlyDictionary<string, int> Ports { get; init; }

    /// <summary>The file in a network's folder.</summary>
    public static string FileIn(string folder) => Path.Combine(folder, "endpoints.json");

    /// <summary>What an earlier run wrote; null when there is none.</summary>
    /// <exception cref="InvalidDataException">The file is not what devnet writes.</exception>
    public static Endpoints? Read(string folder)
    {
        var file = FileIn(folder);
        if (!File.Exists(file))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), EndpointsJson.Default.Endpoints);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file} is not what devnet wrote ({e.Message}): run with --reset to start anew.", e);
        }
    }

    public void Write(string folder)
    {
        var file = FileIn(folder);
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(this, EndpointsJson.Default.Endpoints));
        File.Move(file + ".new", file, overwrite: true);
    }
}

/// <summary>bitcoind's RPC and the file that lets one in.</summary>
public sealed record BitcoindEndpoint(string Url, string Cookie);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Endpoints))]
internal sealed partial class EndpointsJson : JsonSerializerContext;
