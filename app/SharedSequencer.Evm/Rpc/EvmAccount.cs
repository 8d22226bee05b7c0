using System.Numerics;

namespace SharedSequencer.Evm.Rpc;

/// <summary>An account at one block: its next nonce and its balance in wei.</summary>
public readonly record struct EvmAccount(ulong Nonce, BigInteger Balance);
