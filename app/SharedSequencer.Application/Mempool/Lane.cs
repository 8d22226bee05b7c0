using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Application.Mempool;

/// <summary>Transactions of different lanes do not compete for room.</summary>
internal enum Lane : byte
{
    /// <summary>What users send: by guaranteed share and by tip.</summary>
    Ordinary,
}

/// <summary>Says which lane a transaction takes.</summary>
internal static class LaneClassifier
{
    /// <summary>All of today's actions are ordinary; one with a lane of its own is named here.</summary>
    public static Lane Of(SignedTransaction transaction)
    {
        foreach (var action in transaction.Body.Actions)
        {
            if (action is not (SubmitData or Transfer or RegisterNamespace or UpdateNamespace))
                throw new InvalidOperationException($"{action.GetType().Name} has no lane.");
        }

        return Lane.Ordinary;
    }
}
