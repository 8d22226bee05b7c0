using System.Buffers.Binary;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Primitives;

namespace SharedSequencer.Evm.Blocks;

/// <summary>
/// The header fields that a beacon chain would fill, here fixed functions of the slice: prevRandao and parentBeaconBlockRoot are each
/// SHA-256(tag ‖ namespace(8) ‖ u64 number of the block's last slice), the fee recipient is the chain's. Anybody can know prevRandao
/// beforehand: contracts must not take it for randomness.
/// </summary>
internal static class BlockSeed
{
    private static readonly byte[] s_randao = "sharedsequencer/evm/prevrandao/v1"u8.ToArray();
    private static readonly byte[] s_beaconRoot = "sharedsequencer/evm/beaconroot/v1"u8.ToArray();

    public static PayloadAttributes Attributes(EvmRollupRules rules, EvmBlockPlan plan) => new(
        plan.Timestamp,
        Digest(s_randao, rules.Namespace, plan.Mark.SliceNumber),
        rules.FeeRecipient,
        Digest(s_beaconRoot, rules.Namespace, plan.Mark.SliceNumber));

    private static EvmHash Digest(byte[] tag, NamespaceId @namespace, ulong slice)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(number, slice);
        return EvmHash.From(Hash256.Of([.. tag, .. @namespace.ToArray(), .. number]).Span);
    }
}
