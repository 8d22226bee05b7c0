using System.Numerics;
using SharedSequencer.Cryptography;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.SystemTests.Evm;

/// <summary>Makes a namespace's slices one after another, and the transactions in them.</summary>
internal sealed class SliceMaker
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static readonly EvmAddress Recipient = EvmAddress.Of(GethNode.Key(1_000_000));

    private ulong _number;
    private long _height = 1;

    public List<ExecutorSlice> All { get; } = [];

    /// <summary>The next slice, some sequencer blocks after the last.</summary>
    public ExecutorSlice Next(DateTimeOffset time, params byte[][] payloads)
    {
        _number++;
        _height += 2;
        var slice = new ExecutorSlice(_number, _height, time, payloads);
        All.Add(slice);
        return slice;
    }

    /// <summary>A block after the last slice that holds none.</summary>
    public ExecutorTip Tip(DateTimeOffset time) => new(++_height, time);

    public static byte[] Transfer(SecretKey from, ulong nonce, BigInteger? value = null, EvmAddress? to = null) => new FeeMarketTransaction
    {
        ChainId = GethNode.DefaultRules.ChainId,
        Nonce = nonce,
        To = to ?? Recipient,
        Value = value ?? 1,
    }.Sign(from);
}
