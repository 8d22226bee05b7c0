namespace SharedSequencer.Devnet.Processes;

/// <summary>The programs of others that a network needs.</summary>
public enum ProgramKind
{
    CometBft,
    CometBftV040,
    AbciCli,
    Bitcoind,
    Geth,
    Grpcurl,
}
