using System.Numerics;
using System.Text.Json;

namespace SharedSequencer.Evm.Rpc;

/// <summary>
/// The calls that this project makes on geth's plain HTTP port, typed. Errors are those of <see cref="JsonRpcClient"/>; an answer of
/// another shape is a <see cref="ClientUnreachableException"/>.
/// </summary>
public sealed class GethRpc(JsonRpcClient client) : IDisposable
{
    public JsonRpcClient Client { get; } = client;

    public async Task<ulong> ChainIdAsync(CancellationToken cancellationToken = default) =>
        Read("eth_chainId", UInt64, await Client.CallAsync(JsonRpcCall.Of("eth_chainId"), cancellationToken));

    /// <summary>Such as "Geth/v1.17.8-stable/linux-amd64/go1.26".</summary>
    public async Task<string> ClientVersionAsync(CancellationToken cancellationToken = default) =>
        (await Client.CallAsync(JsonRpcCall.Of("web3_clientVersion"), cancellationToken)).ToString();

    /// <summary>A block's header, or null when there is no such block: "safe" and "finalized" before either was set, too.</summary>
    public async Task<EvmBlockHeader?> FindBlockAsync(BlockReference block, CancellationToken cancellationToken = default)
    {
        var method = block.IsHash ? "eth_getBlockByHash" : "eth_getBlockByNumber";
        try
        {
            var result = await Client.CallAsync(
                new(method, writer =>
                {
                    writer.WriteStringValue(block.Text);
                    writer.WriteBooleanValue(false);
                }),
                cancellationToken);
            return result.ValueKind == JsonValueKind.Null ? null : Read(method, EvmBlockHeader.Read, result);
        }
        catch (JsonRpcErrorException e) when (e.ServerMessage.EndsWith("block not found", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>The newest block.</summary>
    public async Task<EvmBlockHeader> HeadAsync(CancellationToken cancellationToken = default) =>
        await FindBlockAsync(BlockReference.Latest, cancellationToken)
        ?? throw new ClientUnreachableException($"{Client.Url} has no latest block.");

    /// <summary>Next nonce and balance of one account.</summary>
    public async Task<EvmAccount> AccountAsync(EvmAddress address, BlockReference block, CancellationToken cancellationToken = default) =>
        (await AccountsAsync([address], block, cancellationToken))[0];

    /// <summary>Next nonces and balances at one block, in the addresses' order.</summary>
    public async Task<EvmAccount[]> AccountsAsync(
        IReadOnlyList<EvmAddress> addresses, BlockReference block, CancellationToken cancellationToken = default)
    {
        var calls = new JsonRpcCall[addresses.Count * 2];
        for (var i = 0; i < addresses.Count; i++)
        {
            calls[i * 2] = At("eth_getTransactionCount", addresses[i], block);
            calls[(i * 2) + 1] = At("eth_getBalance", addresses[i], block);
        }

        var answers = await Client.CallBatchAsync(calls, cancellationToken);
        var accounts = new EvmAccount[addresses.Count];
        for (var i = 0; i < accounts.Length; i++)
        {
            var nonce = Read("eth_getTransactionCount", UInt64, answers[i * 2].ResultOrThrow());
            var balance = Read("eth_getBalance", UInt256, answers[(i * 2) + 1].ResultOrThrow());
            accounts[i] = new(nonce, balance);
        }

        return accounts;
    }

    /// <summary>A balance in wei.</summary>
    public async Task<BigInteger> BalanceAsync(EvmAddress address, BlockReference block, CancellationToken cancellationToken = default) =>
        Read("eth_getBalance", UInt256, await Client.CallAsync(At("eth_getBalance", address, block), cancellationToken));

    /// <summary>The next nonce.</summary>
    public async Task<ulong> NonceAsync(EvmAddress address, BlockReference block, CancellationToken cancellationToken = default) =>
        Read("eth_getTransactionCount", UInt64, await Client.CallAsync(At("eth_getTransactionCount", address, block), cancellationToken));

    /// <summary>A transaction's receipt as geth gives it, or null while it is in no block.</summary>
    public async Task<JsonElement?> FindReceiptAsync(EvmHash transaction, CancellationToken cancellationToken = default)
    {
        try
        {
            var result = await Client.CallAsync(JsonRpcCall.Of("eth_getTransactionReceipt", transaction.ToString()), cancellationToken);
            return result.ValueKind == JsonValueKind.Null ? null : result;
        }
        catch (JsonRpcErrorException e) when (GethMessages.IsIndexing(e.ServerMessage))
        {
            return null;
        }
    }

    /// <summary>
    /// Builds a block of exactly these raw transactions, in this order, on the current head, without taking it (testing_buildBlockV1).
    /// </summary>
    /// <exception cref="JsonRpcErrorException">One of the transactions is not valid at its place, or the parent is not the head.</exception>
    public async Task<BuiltBlock> BuildBlockAsync(
        EvmHash parent,
        PayloadAttributes attributes,
        IReadOnlyList<ReadOnlyMemory<byte>> transactions,
        ReadOnlyMemory<byte> extraData,
        CancellationToken cancellationToken = default)
    {
        const string method = "testing_buildBlockV1";
        var result = await Client.CallAsync(
            new(method, writer =>
            {
                writer.WriteStringValue(parent.ToString());
                Write(writer, attributes);
                writer.WriteStartArray();
                foreach (var transaction in transactions)
                    writer.WriteStringValue(Hex(transaction.Span));
                writer.WriteEndArray();
                writer.WriteStringValue(Hex(extraData.Span));
            }),
            cancellationToken);
        return Read(method, BuiltBlock.Read, result);
    }

    /// <summary>
    /// Builds such a block again, takes it and makes it the head (testing_commitBlockV1). The parent is whatever the head is.
    /// </summary>
    /// <returns>The new head's hash.</returns>
    public async Task<EvmHash> CommitBlockAsync(BuiltBlock block, PayloadAttributes attributes, CancellationToken cancellationToken = default)
    {
        const string method = "testing_commitBlockV1";
        var result = await Client.CallAsync(
            new(method, writer =>
            {
                Write(writer, attributes);
                writer.WriteStartArray();
                foreach (var transaction in block.Transactions)
                    writer.WriteStringValue(transaction);
                writer.WriteEndArray();
                writer.WriteStringValue(Hex(block.Header.ExtraData));
            }),
            cancellationToken);
        return Read(method, answer => EvmHash.Parse(answer.GetString()), result);
    }

    public void Dispose() => Client.Dispose();

    private static string Hex(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    private static void Write(Utf8JsonWriter writer, PayloadAttributes attributes)
    {
        writer.WriteStartObject();
        writer.WriteString("timestamp"u8, Quantity.Of(attributes.Timestamp));
        writer.WriteString("prevRandao"u8, attributes.PrevRandao.ToString());
        writer.WriteString("suggestedFeeRecipient"u8, attributes.FeeRecipient.ToString());
        writer.WriteStartArray("withdrawals"u8);
        writer.WriteEndArray();
        writer.WriteString("parentBeaconBlockRoot"u8, attributes.ParentBeaconBlockRoot.ToString());
        writer.WriteEndObject();
    }

    private static JsonRpcCall At(string method, EvmAddress address, BlockReference block) => new(method, writer =>
    {
        writer.WriteStringValue(address.ToString());
        block.Write(writer);
    });

    private static ulong UInt64(JsonElement answer) => Quantity.ReadUInt64(answer.GetString());

    private static BigInteger UInt256(JsonElement answer) => Quantity.ReadUInt256(answer.GetString());

    private static T Read<T>(string method, Func<JsonElement, T> read, JsonElement answer)
    {
        try
        {
            return read(answer);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new ClientUnreachableException($"{method}: the answer has another shape than expected: {e.Message}", e);
        }
    }
}
