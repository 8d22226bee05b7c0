using System.Numerics;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Gateway.Following;

/// <summary>The execution client's newest block as last seen, and what follows from it for the next one.</summary>
internal sealed class ExecutionView(GethRpc geth)
{
    /// <summary>0 before geth has told it: no chain has this id.</summary>
    private ulong _chainId;
    private volatile EvmBlockHeader? _head;

    /// <summary>Null before geth has answered once.</summary>
    public EvmBlockHeader? Head => _head;

    /// <summary>The last slice that is executed; number 0 before the first.</summary>
    public SliceMark Executed => _head is { } head && SliceMark.TryRead(head.ExtraData, out var mark) ? mark : SliceMark.None;

    /// <summary>Asks geth for its newest block.</summary>
    public async Task<EvmBlockHeader> RefreshAsync(CancellationToken cancellation) => _head = await geth.HeadAsync(cancellation);

    /// <summary>What a transaction must meet in the next block: the rules, and the base fee in wei per gas.</summary>
    public async Task<(TransactionRules Rules, BigInteger BaseFee)> TermsAsync(int maximumBytes, CancellationToken cancellation)
    {
        var chainId = Volatile.Read(ref _chainId);
        if (chainId == 0)
        {
            chainId = await geth.ChainIdAsync(cancellation);
            Volatile.Write(ref _chainId, chainId);
        }

        var head = _head ?? await RefreshAsync(cancellation);
        return (new TransactionRules(chainId, maximumBytes, head.GasLimit), BaseFee.After(head));
    }
}
