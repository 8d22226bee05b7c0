using System.Numerics;
using SharedSequencer.Evm.Rlp;

namespace SharedSequencer.Evm.Transactions;

/// <summary>
/// From bytes to a checked transaction: legacy (with and without EIP-155), EIP-2930 and EIP-1559. The cheap checks come first,
/// the recovery of the sender last.
/// </summary>
internal static class EthereumTransactionDecoder
{
    private const byte FirstLegacyByte = 0xc0;
    private const byte FirstByteBeyondTypes = 0x80;
    private const byte BlobType = 3;
    private const byte DelegationType = 4;

    /// <summary>Null and a transaction, or the reason why there is none.</summary>
    public static DroppedBecause? Decode(ReadOnlyMemory<byte> raw, TransactionRules rules, out EthereumTransaction? transaction)
    {
        transaction = null;
        if (raw.IsEmpty)
            return new(DropReason.Malformed, "no bytes: one raw EIP-2718 transaction is needed");
        if (raw.Length > rules.MaxBytes)
            return new(DropReason.TooLarge, $"{raw.Length} bytes, at most {rules.MaxBytes} are allowed");

        var first = raw.Span[0];
        if (first >= FirstLegacyByte)
            return DecodeBody(EthereumTransactionType.Legacy, raw, raw.Span, rules, out transaction);
        return first switch
        {
            (byte)EthereumTransactionType.AccessList or (byte)EthereumTransactionType.FeeMarket =>
                DecodeBody((EthereumTransactionType)first, raw, raw.Span[1..], rules, out transaction),
            BlobType => new(DropReason.UnsupportedType, "a blob transaction (EIP-4844): this chain carries no blobs"),
            DelegationType => new(DropReason.UnsupportedType, "a delegation (EIP-7702): this chain runs the Cancun rules, which do not know it"),
            >= FirstByteBeyondTypes => new(DropReason.Malformed, $"the first byte 0x{first:x2} starts neither a typed envelope nor an RLP list"),
            _ => new(DropReason.UnsupportedType, $"the first byte 0x{first:x2} is no transaction type; legacy, 1 (EIP-2930) and 2 (EIP-1559) are executed"),
        };
    }

    private static DroppedBecause? DecodeBody(
        EthereumTransactionType type, ReadOnlyMemory<byte> raw, ReadOnlySpan<byte> envelope, TransactionRules rules, out EthereumTransaction? transaction)
    {
        transaction = null;
        var outer = new RlpReader(envelope);
        if (!outer.TryReadList(out var fields) || !outer.IsAtEnd)
            return new(DropReason.Malformed, "not one canonical RLP list");

        // The signed fields lie together at the list's start: the signing hash is taken over their bytes as they are.
        var content = envelope[^fields.Remaining..];
        var chainId = BigInteger.Zero;
        if (type != EthereumTransactionType.Legacy && !fields.TryReadUInt256(out chainId))
            return Malformed("chain id");
        if (!fields.TryReadUInt64(out var nonce))
            return Malformed("nonce");
        if (!fields.TryReadUInt256(out var tip))
            return Malformed(type == EthereumTransactionType.FeeMarket ? "max priority fee" : "gas price");
        var feeCap = tip;
        if (type == EthereumTransactionType.FeeMarket && !fields.TryReadUInt256(out feeCap))
            return Malformed("max fee");
        if (!fields.TryReadUInt64(out var gasLimit))
            return Malformed("gas limit");
        if (!fields.TryReadString(out var to) || to.Length is not (0 or EvmAddress.Length))
            return Malformed("recipient");
        if (!fields.TryReadUInt256(out var value))
            return Malformed("value");
        if (!fields.TryReadString(out var data))
            return Malformed("data");
        var dataStart = raw.Length - fields.Remaining - data.Length;
        IReadOnlyList<AccessListEntry> accessList = [];
        if (type != EthereumTransactionType.Legacy && !TryReadAccessList(ref fields, out accessList))
            return Malformed("access list");

        var signed = content[..^fields.Remaining];
        if (!fields.TryReadUInt256(out var v))
            return Malformed("signature's parity");
        if (!fields.TryReadUInt256(out var r) || !fields.TryReadUInt256(out var s))
            return Malformed("signature");
        if (!fields.IsAtEnd)
            return new(DropReason.Malformed, "fields follow the signature");

        ulong? boundTo = rules.ChainId;
        if (type != EthereumTransactionType.Legacy)
        {
            if (chainId != rules.ChainId)
                return WrongChain(chainId, rules);
        }
        else if (v == 27 || v == 28)
        {
            v -= 27;
            boundTo = null;
        }
        else if (v >= 35)
        {
            if ((v - 35) / 2 != rules.ChainId)
                return WrongChain((v - 35) / 2, rules);
            v = (v - 35) % 2;
        }
        else
        {
            return new(DropReason.BadSignature, $"v = {v}: 27, 28 or (EIP-155) 35 and more are legacy signatures");
        }

        if (tip > feeCap)
            return new(DropReason.TipAboveFeeCap, $"priority fee {tip} above fee cap {feeCap}");
        if (nonce == ulong.MaxValue)
            return new(DropReason.NonceTooHigh, "a nonce of 2^64 - 1 is never valid (EIP-2681)");

        var isCreation = to.IsEmpty;
        if (isCreation && data.Length > IntrinsicGas.MaxInitCodeBytes)
            return new(DropReason.InitCodeTooLarge, $"{data.Length} bytes of creation code, at most {IntrinsicGas.MaxInitCodeBytes} are allowed");
        var intrinsicGas = IntrinsicGas.Of(data, isCreation, accessList);
        if (gasLimit < intrinsicGas)
            return new(DropReason.IntrinsicGas, $"gas limit {gasLimit}, {intrinsicGas} are spent before the first instruction");
        if (gasLimit > rules.BlockGasLimit)
            return new(DropReason.GasLimitAboveBlock, $"gas limit {gasLimit}, a block has {rules.BlockGasLimit}");

        var signingHash = TransactionSignature.SigningHash(type, signed, boundTo);
        if (!TransactionSignature.TryRecoverSender(signingHash, v, r, s, out var sender))
            return new(DropReason.BadSignature, "r, s or the parity is out of range, s is in the upper half (EIP-2), or no key fits");

        transaction = new EthereumTransaction
        {
            Type = type,
            Raw = raw,
            Hash = Keccak256.Of(raw.Span),
            Sender = sender,
            ChainId = boundTo,
            Nonce = nonce,
            GasLimit = gasLimit,
            MaxFeePerGas = feeCap,
            MaxPriorityFeePerGas = tip,
            To = isCreation ? null : EvmAddress.From(to),
            Value = value,
            Data = raw.Slice(dataStart, data.Length),
            AccessList = accessList,
            IntrinsicGas = intrinsicGas,
        };
        return null;
    }

    private static DroppedBecause Malformed(string field) => new(DropReason.Malformed, $"the {field} is missing or not canonical");

    private static DroppedBecause WrongChain(BigInteger chainId, TransactionRules rules) =>
        new(DropReason.WrongChain, $"signed for chain {chainId}, this is chain {rules.ChainId}");

    private static bool TryReadAccessList(ref RlpReader fields, out IReadOnlyList<AccessListEntry> accessList)
    {
        accessList = [];
        if (!fields.TryReadList(out var entries))
            return false;

        List<AccessListEntry>? read = null;
        while (!entries.IsAtEnd)
        {
            if (!entries.TryReadList(out var entry)
                || !entry.TryReadString(out var address) || address.Length != EvmAddress.Length
                || !entry.TryReadList(out var keys) || !entry.IsAtEnd)
            {
                return false;
            }

            List<EvmHash> storageKeys = [];
            while (!keys.IsAtEnd)
            {
                if (!keys.TryReadString(out var key) || key.Length != EvmHash.Length)
                    return false;
                storageKeys.Add(EvmHash.From(key));
            }

            (read ??= []).Add(new AccessListEntry(EvmAddress.From(address), storageKeys));
        }

        accessList = read is null ? [] : read;
        return true;
    }
}
