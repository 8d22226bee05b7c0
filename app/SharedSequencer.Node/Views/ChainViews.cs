using SharedSequencer.Api.Contracts;
using SharedSequencer.Node.Accounts;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Primitives;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Views;

/// <summary>Accounts, fees and the node's status as HTTP and gRPC show them.</summary>
public sealed class ChainViews(ChainSource chain, ChainReader reader, AccountProver prover, NodeOptions options)
{
    /// <summary>A light block is stored a moment after its block, and after a start the next block may be a heartbeat away.</summary>
    private static readonly TimeSpan s_proofPatience = TimeSpan.FromSeconds(3);

    /// <summary>An account, with a proof when there is a state to prove it by.</summary>
    /// <param name="provable">Null: unproven, of the newest state.</param>
    public AccountResponse Account(AccountId id, ProvableState? provable)
    {
        var newest = chain.State;
        var state = provable?.State ?? newest;
        var account = state.Account(id);
        return new AccountResponse
        {
            Address = id.ToString(),
            Balance = Amount.Of(account.Balance),
            Nonce = account.Nonce,
            PendingNonce = chain.Pool.PendingNonce(id, newest.Account(id).Nonce),
            Height = state.Height,
            Proof = provable is null ? null : AccountProver.Prove(provable, id),
        };
    }

    /// <summary>The state that a proof is asked of.</summary>
    /// <param name="asked">Null: the newest that can be proven.</param>
    public async Task<ProvableState> ProvableAsync(long? asked, CancellationToken cancellation)
    {
        if (asked is not { } height)
        {
            return await prover.NewestAsync(s_proofPatience, cancellation)
                ?? throw Answer.NotReady("No state has a header after it yet that carries its app_hash. Try again soon.");
        }

        if (chain.StateAt(height) is null)
            throw Answer.NoState(height, chain.State.Height);
        return await prover.AtAsync(height, s_proofPatience, cancellation)
            ?? throw Answer.NotReady($"The header of height {height + 1}, which carries the app_hash of height {height}, is not there yet. Try again soon.");
    }

    public FeesResponse Fees()
    {
        var state = chain.State;

        // Whatever pays the base fee is included: a tip buys only a better place.
        var baseFee = new BlockFees(state, state.Time).BasePerByte;
        return new FeesResponse(Amount.Of(baseFee), Amount.Of(0), state.Height);
    }

    public StatusResponse Status()
    {
        var state = chain.State;
        var (tip, earliest, light) = reader.Query(snapshot => (snapshot.Tip(), snapshot.EarliestHeight(), snapshot.LightHeight()));
        return new StatusResponse
        {
            ChainId = state.ChainId,
            Version = typeof(ChainViews).Assembly.GetName().Version!.ToString(3),
            Engine = options.Engine,
            Height = tip?.Height ?? 0,
            Time = (tip?.Time ?? state.Time).ToDateTimeOffset(),
            BlockHash = (tip?.Hash ?? Hash256.Zero).ToString(),
            AppHash = (tip?.AppHash ?? state.AppHash).ToString(),
            EarliestHeight = earliest,
            LightHeight = light,
            PoolCount = chain.Pool.Count,
            PoolBytes = chain.Pool.Bytes,
            MaxTransactionLifetime = state.Parameters.MaxTransactionLifetime,
        };
    }
}
