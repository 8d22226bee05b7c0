using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>Judges a whole block: valid is no transaction at all, or the exact preamble and then what runs with code 0.</summary>
public static class BlockValidator
{
    /// <summary>Executes the block; null with the reason when it is not valid.</summary>
    /// <param name="preamble">The first item; null for a block without any.</param>
    /// <param name="transactions">The items behind it, decoded, with good signatures.</param>
    public static ExecutedBlock? Execute(
        ChainState parent, BlockContext context, ReadOnlyMemory<byte>? preamble, IReadOnlyList<SignedTransaction> transactions, out string reason)
    {
        reason = "";
        if (preamble is null != (transactions.Count == 0))
        {
            reason = preamble is null ? "the preamble is missing" : "the preamble stands alone";
            return null;
        }

        var execution = new BlockExecution(parent, context);
        for (var i = 0; i < transactions.Count; i++)
        {
            var verdict = execution.TryAdd(transactions[i]);
            if (!verdict.IsOk)
            {
                reason = $"item {i + 1}, transaction {transactions[i].Id}: {verdict.Message}";
                return null;
            }
        }

        var block = execution.Seal();
        if (preamble is { } given && !given.Span.SequenceEqual(block.Preamble))
        {
            reason = $"the preamble is {Convert.ToHexStringLower(given.Span)}, not {Convert.ToHexStringLower(block.Preamble!)}";
            return null;
        }

        return block;
    }
}
