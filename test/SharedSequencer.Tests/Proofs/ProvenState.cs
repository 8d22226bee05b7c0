using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Node.Accounts;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Tests.Client;

namespace SharedSequencer.Tests.Proofs;

/// <summary>A state of random accounts, the header that carries its app_hash, and the answers that a node gives of it.</summary>
internal sealed class ProvenState
{
    public ProvenState(Random random, int accounts)
    {
        Accounts = [.. Enumerable.Range(0, accounts).Select(_ => TestBlock.RandomAccount(random))];
        var state = ChainState.AtGenesis(new GenesisState
        {
            ChainId = "test-1",
            Time = new BlockTime(1_790_000_000, 0),
            Parameters = new ChainParameters { BaseFeePerByte = 1, MaxTransactionLifetime = 86_400, MinimumNamespaceDeposit = 1 },
            Accounts = [],
        });
        State = state.With(
            [.. Accounts.Select(id => new StateChange(StateKeys.Account(id), new AccountRecord((ulong)random.NextInt64(1, long.MaxValue), (ulong)random.Next(9)).Encode()))],
            state.SlicePeaks,
            random.NextInt64(1, 1_000_000),
            new BlockTime(1_790_000_001, 0));
        var header = new TestBlock(State.Height + 1, [], []).LightBlock.Header with { AppHash = HexBytes.From(State.AppHash.Span) };
        Successor = TestBlock.LightBlockOf(header);
    }

    public IReadOnlyList<AccountId> Accounts { get; }

    public ChainState State { get; }

    /// <summary>The light block of the next height.</summary>
    public LightBlock Successor { get; }

    public Hash256 BlockHash => Successor.Header.Hash();

    /// <summary>The node's answer for an account, with proof.</summary>
    public AccountResponse Answer(AccountId id)
    {
        var account = State.Account(id);
        return new AccountResponse
        {
            Address = id.ToString(),
            Balance = $"{account.Balance}",
            Nonce = account.Nonce,
            PendingNonce = account.Nonce,
            Height = State.Height,
            Proof = AccountProver.Prove(new ProvableState(State, Successor.ToProto()), id),
        };
    }
}
