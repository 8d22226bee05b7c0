namespace SharedSequencer.Protocol;

/// <summary>Bounds that every node enforces alike. Changing one changes what is valid.</summary>
public static class Limits
{
    /// <summary>Bytes of a signed transaction.</summary>
    public const int TransactionBytes = 512 * 1024;

    /// <summary>Actions in one transaction.</summary>
    public const int Actions = 256;

    /// <summary>Accounts in a namespace's list of writers.</summary>
    public const int Writers = 256;

    /// <summary>Characters of a chain id, as CometBFT allows.</summary>
    public const int ChainIdLength = 50;
}
