using Google.Protobuf;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Proposals;

/// <summary>Executes a block as it came from a proposer: decodes it, verifies what is not known yet on all cores, runs it.</summary>
internal sealed class ProposalJudge(VerifiedTransactions verified)
{
    /// <summary>The executed block, or null with the reason why it is not valid.</summary>
    public ExecutedBlock? Execute(ChainState parent, BlockContext context, IReadOnlyList<ByteString> items, out string reason)
    {
        if (items.Count == 0)
            return BlockValidator.Execute(parent, context, null, [], out reason);

        var checks = new TransactionCheck[items.Count - 1];
        Parallel.For(0, checks.Length, i => checks[i] = verified.Check(items[i + 1].Memory));

        var transactions = new SignedTransaction[checks.Length];
        for (var i = 0; i < checks.Length; i++)
        {
            if (checks[i].Transaction is not { } transaction)
            {
                reason = $"item {i + 1}: {checks[i].Verdict.Message}";
                return null;
            }

            transactions[i] = transaction;
        }

        return BlockValidator.Execute(parent, context, items[0].Memory, transactions, out reason);
    }
}
