namespace SharedSequencer.Evm.Rpc;

/// <summary>What a block is built from beside its parent and its transactions (Engine API, PayloadAttributesV3, no withdrawals).</summary>
public sealed record PayloadAttributes(ulong Timestamp, EvmHash PrevRandao, EvmAddress FeeRecipient, EvmHash ParentBeaconBlockRoot);
