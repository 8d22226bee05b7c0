using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Light;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Accounts;

/// <summary>A committed state, and the light block of the next height: its header carries the state's app_hash.</summary>
/// <param name="Successor">Canonical <c>tendermint.types.LightBlock</c>.</param>
public sealed record ProvableState(ChainState State, byte[] Successor);

/// <summary>
/// Proves accounts by a header. Header H+1 carries the app_hash of H, so that a state can be proven once its successor's
/// light block is stored, and as long as it is among the versions that the application keeps.
/// </summary>
public sealed class AccountProver(ChainSource chain, ChainReader reader, ChainFeed feed, LightBlocks lightBlocks)
{
    /// <summary>The newest state that can be proven; null when there is none within <paramref name="patience"/>.</summary>
    public async Task<ProvableState?> NewestAsync(TimeSpan patience, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(patience);
        while (true)
        {
            var stored = feed.LightStored.Next;
            if (Newest() is { } found)
                return found;
            try
            {
                await stored.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <summary>The state of a height; null when it is not kept, or its successor has not come within <paramref name="patience"/>.</summary>
    public async Task<ProvableState?> AtAsync(long height, TimeSpan patience, CancellationToken cancellation) =>
        chain.StateAt(height) is { } state && await lightBlocks.FindAsync(height + 1, patience, cancellation) is { } successor
            ? new ProvableState(state, successor)
            : null;

    /// <summary>Proves an account's record, or that there is none.</summary>
    public static AccountProofResponse Prove(ProvableState provable, AccountId id)
    {
        var tree = provable.State.Tree;
        var key = StateKeys.Account(id);
        // The state always holds the chain's id and parameters: it is never empty.
        var proof = tree.Prove(key)!;
        var (inner, outer) = AppHash.Prove(tree.Root);
        return new AccountProofResponse
        {
            Value = tree.TryGet(key, out var value) ? value.ToArray() : null,
            StateRoot = tree.Root.ToString(),
            CommitmentProof = proof.ToProtobuf(),
            Operators = [Of(inner), Of(outer)],
            BlockHash = LightBlock.FromProto(provable.Successor).Header.Hash().ToString(),
            LightBlock = provable.Successor,
        };
    }

    private ProvableState? Newest() => reader.Query(snapshot =>
    {
        // Light blocks arrive out of order: the newest one's predecessors may be missing.
        for (var height = snapshot.LightHeight() - 1; chain.StateAt(height) is { } state; height--)
        {
            if (snapshot.LightBlock(height + 1) is { } successor)
                return new ProvableState(state, successor);
        }

        return null;
    });

    private static ProofOperatorResponse Of(SimpleMapProof proof) =>
        new(SimpleMapProof.OperatorType, proof.Key.ToArray(), proof.ToValueOp());
}
