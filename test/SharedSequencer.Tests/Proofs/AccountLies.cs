using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.Tests.Client;
using Step = SharedSequencer.Client.AccountProofStep;

namespace SharedSequencer.Tests.Proofs;

/// <summary>A way to lie about an account: the changed answer, or null where this answer gives no occasion.</summary>
internal sealed record AccountLie(string Name, Step CaughtAt, Func<AccountResponse, ProvenState, Random, AccountResponse?> Tell);

/// <summary>What a dishonest node may answer.</summary>
internal static class AccountLies
{
    public static IReadOnlyList<AccountLie> All { get; } =
    [
        new("no proof", Step.Format, (a, _, _) => a with { Proof = null }),
        new("a state root in upper case", Step.Format, (a, _, _) => WithProof(a, p => p with { StateRoot = p.StateRoot.ToUpperInvariant() }, onlyIf: p => p.StateRoot.Any(char.IsAsciiLetter))),
        new("a short state root", Step.Format, (a, _, _) => WithProof(a, p => p with { StateRoot = p.StateRoot[2..] })),
        new("an empty commitment proof", Step.Format, (a, _, _) => WithProof(a, p => p with { CommitmentProof = [] })),
        new("a byte behind the commitment proof", Step.Format, (a, _, _) => WithProof(a, p => p with { CommitmentProof = [.. p.CommitmentProof, 0] })),

        new("no light block", Step.Header, (a, _, _) => WithProof(a, p => p with { LightBlock = [] })),
        new("another header", Step.Header, (a, s, _) => WithHeader(a, s, h => h with { Time = new CometTime(h.Time.Seconds + 1, 0) })),
        new("another block's name", Step.Header, (a, _, _) => WithProof(a, p => p with { BlockHash = Hash256.Of("x"u8).ToString() })),
        new("the height of the header", Step.Header, (a, _, _) => a with { Height = a.Height + 1 }),
        new("an older height", Step.Header, (a, _, _) => a with { Height = a.Height - 1 }),

        new("another state root", Step.AppHash, (a, _, _) => WithProof(a, p => p with { StateRoot = Hash256.Of("x"u8).ToString() })),
        new("no operators", Step.AppHash, (a, _, _) => WithProof(a, p => p with { Operators = [] })),
        new("operators exchanged", Step.AppHash, (a, _, _) => WithProof(a, p => p with { Operators = [.. p.Operators.Reverse()] })),
        new("an operator too many", Step.AppHash, (a, _, _) => WithProof(a, p => p with { Operators = [.. p.Operators, p.Operators[0]] })),
        new("an operator of another type", Step.AppHash, (a, _, _) => WithOperator(a, o => o with { Type = "iavl:v" })),
        new("an operator with another key", Step.AppHash, (a, _, _) => WithOperator(a, o => o with { Key = [1] })),
        new("an operator with a byte changed", Step.AppHash, (a, _, r) => WithOperator(a, o => o with { Data = Flip(o.Data, r) })),

        new("another record", Step.State, (a, _, _) => WithProof(a, p => p with { Value = new AccountRecord(7, 7).Encode() })),
        new("absence of what is there", Step.State, (a, _, _) => a.Proof!.Value is null ? null : WithProof(a, p => p with { Value = null })),
        new("a record where there is none", Step.State, (a, _, _) => a.Proof!.Value is not null ? null : WithProof(a, p => p with { Value = new AccountRecord(1, 0).Encode() })),
        new("another account's record and proof", Step.State, (a, s, _) =>
            s.Answer(s.Accounts[1]) is var other ? a with { Balance = other.Balance, Nonce = other.Nonce, Proof = other.Proof } : null),
        new("the absence of another account", Step.State, (a, s, r) => a with { Balance = "0", Nonce = 0, Proof = s.Answer(TestBlock.RandomAccount(r)).Proof }),

        new("another address", Step.Account, (a, s, _) => a with { Address = s.Accounts[1].ToString() }),
        new("another balance", Step.Account, (a, _, _) => a with { Balance = a.Balance + "0" }),
        new("a balance with a sign", Step.Account, (a, _, _) => a with { Balance = "+" + a.Balance }),
        new("another nonce", Step.Account, (a, _, _) => a with { Nonce = a.Nonce + 1 }),
    ];

    private static AccountResponse? WithProof(
        AccountResponse answer, Func<AccountProofResponse, AccountProofResponse> change, Func<AccountProofResponse, bool>? onlyIf = null) =>
        onlyIf is null || onlyIf(answer.Proof!) ? answer with { Proof = change(answer.Proof!) } : null;

    private static AccountResponse? WithHeader(AccountResponse answer, ProvenState state, Func<Header, Header> change) =>
        WithProof(answer, p => p with { LightBlock = TestBlock.LightBlockOf(change(state.Successor.Header)).ToProto() });

    private static AccountResponse? WithOperator(AccountResponse answer, Func<ProofOperatorResponse, ProofOperatorResponse> change) =>
        WithProof(answer, p => p with { Operators = [p.Operators[0], change(p.Operators[1])] });

    private static byte[] Flip(byte[] bytes, Random random)
    {
        byte[] changed = [.. bytes];
        changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return changed;
    }
}
