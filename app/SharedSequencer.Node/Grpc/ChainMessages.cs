using SharedSequencer.Api.Contracts;
using V1 = Sequencer.V1;

namespace SharedSequencer.Node.Grpc;

/// <summary>Namespaces, blocks, accounts, fees and the status as messages.</summary>
internal static class ChainMessages
{
    public static V1.Namespace Of(NamespaceResponse space) => new()
    {
        Id = ExactBytes.OfHex(space.Id),
        Name = space.Name,
        Owner = ExactBytes.OfAddress(space.Owner),
        Restricted = space.Writers is not null,
        Writers = { (space.Writers ?? []).Select(ExactBytes.OfAddress) },
        FeeRecipient = ExactBytes.OfAddress(space.FeeRecipient),
        SurchargePerByte = ExactBytes.Amount(space.SurchargePerByte),
        FeePerByte = ExactBytes.Amount(space.FeePerByte),
        MaxBytesPerBlock = space.MaxBytesPerBlock,
        DataMode = space.DataMode == "full" ? V1.DataMode.Full : V1.DataMode.Commitment,
        Deposit = ExactBytes.Amount(space.Deposit),
        Head = new V1.NamespaceHead
        {
            SliceCount = space.Head.SliceCount,
            LastHeight = space.Head.LastHeight,
            Root = ExactBytes.OfHex(space.Head.Root),
        },
    };

    public static V1.Block Of(BlockResponse block) => new()
    {
        Height = block.Height,
        Time = ExactBytes.Time(block.Time),
        Hash = ExactBytes.OfHex(block.Hash),
        AppHash = ExactBytes.OfHex(block.AppHash),
        Proposer = ExactBytes.OfHex(block.Proposer ?? ""),
        Content = block.Preamble is { } preamble
            ? new V1.BlockContent
            {
                NamespaceRoot = ExactBytes.OfHex(preamble.NamespaceRoot),
                EntryCount = preamble.EntryCount,
                PayloadBytes = preamble.PayloadBytes,
                ForcedCount = preamble.ForcedCount,
            }
            : null,
        Transactions = { block.Transactions.Select(ExactBytes.OfHex) },
        Namespaces = { block.Namespaces.Select(ExactBytes.OfHex) },
    };

    public static V1.LightBlock Of(LightResponse light) => new()
    {
        Height = light.Height,
        Hash = ExactBytes.OfHex(light.Hash),
        LightBlock_ = ExactBytes.Wrap(light.LightBlock),
    };

    public static V1.Account Of(AccountResponse account) => new()
    {
        Account_ = ExactBytes.OfAddress(account.Address),
        Balance = ExactBytes.Amount(account.Balance),
        Nonce = account.Nonce,
        PendingNonce = account.PendingNonce,
        Height = account.Height,
        Proof = account.Proof is { } proof ? Of(proof) : null,
    };

    public static V1.Fees Of(FeesResponse fees) => new()
    {
        BaseFeePerByte = ExactBytes.Amount(fees.BaseFeePerByte),
        SuggestedTipPerByte = ExactBytes.Amount(fees.SuggestedTipPerByte),
        Height = fees.Height,
    };

    public static V1.Status Of(StatusResponse status) => new()
    {
        ChainId = status.ChainId,
        Version = status.Version,
        Engine = status.Engine,
        Height = status.Height,
        Time = ExactBytes.Time(status.Time),
        BlockHash = ExactBytes.OfHex(status.BlockHash),
        AppHash = ExactBytes.OfHex(status.AppHash),
        EarliestHeight = status.EarliestHeight,
        LightHeight = status.LightHeight,
        PoolCount = status.PoolCount,
        PoolBytes = status.PoolBytes,
        MaxTransactionLifetime = status.MaxTransactionLifetime,
    };

    private static V1.AccountProof Of(AccountProofResponse proof)
    {
        var message = new V1.AccountProof
        {
            StateRoot = ExactBytes.OfHex(proof.StateRoot),
            CommitmentProof = ExactBytes.Wrap(proof.CommitmentProof),
            Operators =
            {
                proof.Operators.Select(step => new V1.ProofOperator
                {
                    Type = step.Type,
                    Key = ExactBytes.Wrap(step.Key),
                    Data = ExactBytes.Wrap(step.Data),
                }),
            },
            BlockHash = ExactBytes.OfHex(proof.BlockHash),
            LightBlock = ExactBytes.Wrap(proof.LightBlock),
        };
        if (proof.Value is { } value)
            message.Value = ExactBytes.Wrap(value);
        return message;
    }
}
