using System.Globalization;
using System.Text.Json;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine;

namespace SharedSequencer.Application.Genesis;

/// <summary>
/// Genesis' <c>app_state</c>: JSON with integers as strings. It is read into <see cref="GenesisState"/>, and only that is
/// hashed, because CometBFT writes the JSON anew. Unknown and repeated members are refused: a typing error must not
/// start a chain with a default.
/// </summary>
public static class GenesisJson
{
    private const string AccountsName = "accounts";
    private const string ParametersName = "parameters";
    private const string BaseFeeName = "base_fee_per_byte";
    private const string LifetimeName = "max_transaction_lifetime";
    private const string DepositName = "minimum_namespace_deposit";
    private const string ChainTargetName = "chain_fee_target_bytes_per_second";
    private const string ChainUpdateName = "chain_fee_update_bytes";
    private const string NamespaceTargetName = "namespace_fee_target_bytes_per_second";
    private const string NamespaceUpdateName = "namespace_fee_update_bytes";

    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads app_state.</summary>
    /// <exception cref="FormatException">It is not what a genesis must be; the message names the place and the value.</exception>
    public static GenesisState Parse(ReadOnlySpan<byte> appState, string chainId, BlockTime time)
    {
        try
        {
            using var document = JsonDocument.Parse(appState.ToArray(), s_options);
            var genesis = Read(document.RootElement, chainId, time);
            _ = genesis.Entries();
            return genesis;
        }
        catch (JsonException e)
        {
            throw new FormatException($"app_state is not JSON: {e.Message}", e);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"app_state is refused: {e.Message}", e);
        }
    }

    /// <summary>Writes app_state.</summary>
    public static byte[] Write(GenesisState genesis)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray(AccountsName);
            foreach (var (id, balance) in genesis.Accounts)
            {
                writer.WriteStartObject();
                writer.WriteString("address", id.ToString());
                writer.WriteString("balance", Text(balance));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartObject(ParametersName);
            writer.WriteString(BaseFeeName, Text(genesis.Parameters.BaseFeePerByte));
            writer.WriteString(LifetimeName, Text(genesis.Parameters.MaxTransactionLifetime));
            writer.WriteString(DepositName, Text(genesis.Parameters.MinimumNamespaceDeposit));
            writer.WriteString(ChainTargetName, Text(genesis.Parameters.ChainFeeRate.TargetBytesPerSecond));
            writer.WriteString(ChainUpdateName, Text(genesis.Parameters.ChainFeeRate.UpdateBytes));
            writer.WriteString(NamespaceTargetName, Text(genesis.Parameters.NamespaceFeeRate.TargetBytesPerSecond));
            writer.WriteString(NamespaceUpdateName, Text(genesis.Parameters.NamespaceFeeRate.UpdateBytes));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static GenesisState Read(JsonElement root, string chainId, BlockTime time)
    {
        Expect(root, "app_state", AccountsName, ParametersName);
        List<KeyValuePair<AccountId, ulong>> accounts = [];
        var list = root.GetProperty(AccountsName);
        if (list.ValueKind != JsonValueKind.Array)
            throw new FormatException($"app_state.{AccountsName} must be a list.");
        foreach (var item in list.EnumerateArray())
        {
            var path = $"app_state.{AccountsName}[{accounts.Count}]";
            Expect(item, path, "address", "balance");
            accounts.Add(new(AccountId.Parse(String(item, path, "address")), Number(item, path, "balance")));
        }

        var parameters = root.GetProperty(ParametersName);
        const string ParametersPath = $"app_state.{ParametersName}";
        Expect(
            parameters, ParametersPath,
            BaseFeeName, LifetimeName, DepositName, ChainTargetName, ChainUpdateName, NamespaceTargetName, NamespaceUpdateName);
        return new GenesisState
        {
            ChainId = chainId,
            Time = time,
            Accounts = accounts,
            Parameters = new ChainParameters
            {
                BaseFeePerByte = Number(parameters, ParametersPath, BaseFeeName),
                MaxTransactionLifetime = Number(parameters, ParametersPath, LifetimeName),
                MinimumNamespaceDeposit = Number(parameters, ParametersPath, DepositName),
                ChainFeeRate = new FeeRate(
                    Number(parameters, ParametersPath, ChainTargetName), Number(parameters, ParametersPath, ChainUpdateName)),
                NamespaceFeeRate = new FeeRate(
                    Number(parameters, ParametersPath, NamespaceTargetName), Number(parameters, ParametersPath, NamespaceUpdateName)),
            },
        };
    }

    private static void Expect(JsonElement element, string path, params ReadOnlySpan<string> names)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new FormatException($"{path} must be an object.");
        foreach (var property in element.EnumerateObject())
        {
            if (!names.Contains(property.Name))
                throw new FormatException($"{path}.{property.Name} is unknown; known are: {string.Join(", ", names.ToArray())}.");
        }

        foreach (var name in names)
        {
            if (!element.TryGetProperty(name, out _))
                throw new FormatException($"{path}.{name} is missing.");
        }
    }

    private static string String(JsonElement element, string path, string name)
    {
        var value = element.GetProperty(name);
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"{path}.{name} must be a string, integers too: \"{value.GetRawText()}\".");
    }

    private static ulong Number(JsonElement element, string path, string name)
    {
        var text = String(element, path, name);
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && Text(value) == text
            ? value
            : throw new FormatException($"{path}.{name} is '{text}'; a whole number from 0 to {ulong.MaxValue} is needed.");
    }

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
