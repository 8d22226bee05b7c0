using SharedSequencer.AbciProto.Abci;
using ProposalStatus = SharedSequencer.AbciProto.Abci.ResponseProcessProposal.Types.ProposalStatus;
using VerifyStatus = SharedSequencer.AbciProto.Abci.ResponseVerifyVoteExtension.Types.VerifyStatus;

namespace SharedSequencer.Abci.Scheduling;

/// <summary>
/// Refuses answers that crash CometBFT, here where the bug can be named instead of in its stack trace.
/// </summary>
internal static class AnswerCheck
{
    /// <exception cref="InvalidOperationException">The answer must never be sent.</exception>
    public static void Check(Request request, Response response)
    {
        switch (response.ValueCase)
        {
            case Response.ValueOneofCase.None:
                throw new InvalidOperationException($"{request.ValueCase} returned null.");
            case Response.ValueOneofCase.ProcessProposal
                when response.ProcessProposal.Status is not (ProposalStatus.Accept or ProposalStatus.Reject):
                throw new InvalidOperationException(
                    $"ProcessProposal answered {response.ProcessProposal.Status}; it must accept or reject.");
            case Response.ValueOneofCase.VerifyVoteExtension
                when response.VerifyVoteExtension.Status is not (VerifyStatus.Accept or VerifyStatus.Reject):
                throw new InvalidOperationException(
                    $"VerifyVoteExtension answered {response.VerifyVoteExtension.Status}; it must accept or reject.");
            case Response.ValueOneofCase.FinalizeBlock
                when response.FinalizeBlock.TxResults.Count != request.FinalizeBlock.Txs.Count:
                throw new InvalidOperationException(
                    $"FinalizeBlock answered {response.FinalizeBlock.TxResults.Count} results for "
                    + $"{request.FinalizeBlock.Txs.Count} transactions.");
        }
    }
}
