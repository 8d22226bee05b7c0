using System.Numerics;
using System.Text.Json;
using SharedSequencer.Evm.Rlp;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Gateway.Methods;

/// <summary>A transaction in no block, as <c>eth_getTransactionByHash</c> shows it (execution-apis, "TransactionInfo").</summary>
internal static class PendingTransactionJson
{
    public static void Write(Utf8JsonWriter writer, EthereumTransaction transaction)
    {
        writer.WriteStartObject();
        writer.WriteNull("blockHash"u8);
        writer.WriteNull("blockNumber"u8);
        writer.WriteNull("transactionIndex"u8);
        writer.WriteString("from"u8, transaction.Sender.ToString());
        writer.WriteString("gas"u8, Quantity.Of(transaction.GasLimit));
        writer.WriteString("gasPrice"u8, Quantity.Of(transaction.MaxFeePerGas));
        if (transaction.Type == EthereumTransactionType.FeeMarket)
        {
            writer.WriteString("maxFeePerGas"u8, Quantity.Of(transaction.MaxFeePerGas));
            writer.WriteString("maxPriorityFeePerGas"u8, Quantity.Of(transaction.MaxPriorityFeePerGas));
        }

        writer.WriteString("hash"u8, transaction.Hash.ToString());
        writer.WriteString("input"u8, "0x" + Convert.ToHexStringLower(transaction.Data.Span));
        writer.WriteString("nonce"u8, Quantity.Of(transaction.Nonce));
        if (transaction.To is { } to)
            writer.WriteString("to"u8, to.ToString());
        else
            writer.WriteNull("to"u8);
        writer.WriteString("value"u8, Quantity.Of(transaction.Value));
        writer.WriteString("type"u8, Quantity.Of((ulong)transaction.Type));
        if (transaction.Type != EthereumTransactionType.Legacy)
            WriteAccessList(writer, transaction);
        if (transaction.ChainId is { } chain)
            writer.WriteString("chainId"u8, Quantity.Of(chain));
        WriteSignature(writer, transaction);
        writer.WriteEndObject();
    }

    private static void WriteAccessList(Utf8JsonWriter writer, EthereumTransaction transaction)
    {
        writer.WriteStartArray("accessList"u8);
        foreach (var entry in transaction.AccessList)
        {
            writer.WriteStartObject();
            writer.WriteString("address"u8, entry.Address.ToString());
            writer.WriteStartArray("storageKeys"u8);
            foreach (var key in entry.StorageKeys)
                writer.WriteStringValue(key.ToString());
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSignature(Utf8JsonWriter writer, EthereumTransaction transaction)
    {
        var (v, r, s) = ReadSignature(transaction);
        writer.WriteString("v"u8, Quantity.Of(v));
        writer.WriteString("r"u8, Quantity.Of(r));
        writer.WriteString("s"u8, Quantity.Of(s));
        if (transaction.Type != EthereumTransactionType.Legacy)
            writer.WriteString("yParity"u8, Quantity.Of(v));
    }

    /// <summary>The last three fields of the envelope, which was checked when it was decoded.</summary>
    private static (BigInteger V, BigInteger R, BigInteger S) ReadSignature(EthereumTransaction transaction)
    {
        // Fields before the signature: EIP-155 has 6, EIP-2930 7 and the access list, EIP-1559 8 and the access list.
        var strings = transaction.Type switch
        {
            EthereumTransactionType.Legacy => 6,
            EthereumTransactionType.AccessList => 7,
            _ => 8,
        };
        var envelope = transaction.Raw.Span[(transaction.Type == EthereumTransactionType.Legacy ? 0 : 1)..];
        var outer = new RlpReader(envelope);
        var good = outer.TryReadList(out var fields);
        for (var i = 0; i < strings; i++)
            good &= fields.TryReadString(out _);
        if (transaction.Type != EthereumTransactionType.Legacy)
            good &= fields.TryReadList(out _);
        good &= fields.TryReadUInt256(out var v);
        good &= fields.TryReadUInt256(out var r);
        good &= fields.TryReadUInt256(out var s);
        return good ? (v, r, s) : throw new InvalidOperationException($"{transaction.Hash} was decoded before and is not read now.");
    }
}
