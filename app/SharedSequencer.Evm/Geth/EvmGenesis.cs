using System.Numerics;
using System.Text;
using System.Text.Json;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Rpc;

namespace SharedSequencer.Evm.Geth;

/// <summary>
/// The genesis of a rollup's EVM chain in geth's JSON form: proof of stake and the Cancun rules from block 0. Its text, and so the
/// chain's first hash, is a function of these values.
/// </summary>
public sealed record EvmGenesis
{
    /// <summary>Gives chain id and gas limit.</summary>
    public required EvmRollupRules Rules { get; init; }

    /// <summary>Accounts that own wei from the start.</summary>
    public IReadOnlyDictionary<EvmAddress, BigInteger> Balances { get; init; } = new Dictionary<EvmAddress, BigInteger>();

    /// <summary>The first block's base fee in wei per gas.</summary>
    public ulong BaseFeePerGas { get; init; } = 1_000_000_000;

    /// <summary>Seconds since 1970; 0 lets the first slice's own time stand.</summary>
    public ulong Timestamp { get; init; }

    /// <summary>geth's genesis file.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            WriteConfig(writer);
            writer.WriteString("nonce", "0x0");
            writer.WriteString("timestamp", Quantity.Of(Timestamp));
            writer.WriteString("extraData", "0x");
            writer.WriteString("gasLimit", Quantity.Of(Rules.BlockGasLimit));
            writer.WriteString("difficulty", "0x0");
            writer.WriteString("mixHash", EvmHash.Zero.ToString());
            writer.WriteString("coinbase", EvmAddress.Zero.ToString());
            writer.WriteString("baseFeePerGas", Quantity.Of(BaseFeePerGas));
            writer.WriteStartObject("alloc");
            foreach (var (address, balance) in Balances.OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal))
            {
                writer.WriteStartObject(address.ToString()[2..]);
                writer.WriteString("balance", Quantity.Of(balance));
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void WriteConfig(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("config");
        writer.WriteNumber("chainId", Rules.ChainId);
        foreach (var fork in (ReadOnlySpan<string>)
            ["homesteadBlock", "eip150Block", "eip155Block", "eip158Block", "byzantiumBlock", "constantinopleBlock",
                "petersburgBlock", "istanbulBlock", "berlinBlock", "londonBlock", "shanghaiTime", "cancunTime", "terminalTotalDifficulty"])
        {
            writer.WriteNumber(fork, 0);
        }

        // geth asks for Cancun's blob numbers even on a chain whose rules refuse blobs: Ethereum's own.
        writer.WriteStartObject("blobSchedule");
        writer.WriteStartObject("cancun");
        writer.WriteNumber("target", 3);
        writer.WriteNumber("max", 6);
        writer.WriteNumber("baseFeeUpdateFraction", 3_338_477);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
