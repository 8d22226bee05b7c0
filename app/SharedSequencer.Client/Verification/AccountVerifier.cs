using System.Globalization;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client.Verification;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.Client;

/// <summary>
/// Checks that an account's record, or its absence, is in the state that a block hash binds: record → state root →
/// app_hash → header of the next height → block hash. Every step holds, or the answer is refused. Pure: no network, no
/// clock, no state.
/// </summary>
/// <remarks>
/// The block hash is the root of trust: take it from a light client or from a node of your own. It is the hash of height
/// H+1, whose header carries the app_hash of H. The pending nonce is the node's own word.
/// </remarks>
public static class AccountVerifier
{
    /// <param name="answer">What the node sent, with proof.</param>
    /// <param name="id">The account that was asked for.</param>
    /// <param name="blockHash">The hash of the block after the state's height, which the caller trusts.</param>
    public static AccountVerdict Verify(AccountResponse answer, AccountId id, Hash256 blockHash)
    {
        try
        {
            return AccountVerdict.Proven(Check(answer, id, blockHash));
        }
        catch (AccountProofException e)
        {
            return AccountVerdict.Refused(e.Step, e.Message);
        }
    }

    private static VerifiedAccount Check(AccountResponse answer, AccountId id, Hash256 blockHash)
    {
        var proof = answer.Proof
            ?? throw new AccountProofException(AccountProofStep.Format, "The answer has no proof: ask for it with proof=true.");
        Require(
            AccountProofStep.Format,
            Hash256.TryParse(proof.StateRoot, out var root) && root.ToString() == proof.StateRoot,
            "The state root is not 32 bytes in lower hex.");
        if (!StateProof.TryParse(proof.CommitmentProof, out var stateProof))
            throw new AccountProofException(AccountProofStep.Format, "The commitment proof is no ICS-23 proof of this state in its one encoding.");

        var header = CheckHeader(answer, proof, blockHash);
        CheckAppHash(proof, root, header);
        CheckState(proof, stateProof, root, id);
        return new VerifiedAccount
        {
            Account = id,
            Record = CheckAccount(answer, proof, id),
            Exists = proof.Value is not null,
            Height = answer.Height,
            Header = header,
        };
    }

    private static Header CheckHeader(AccountResponse answer, AccountProofResponse proof, Hash256 blockHash)
    {
        LightBlock light;
        try
        {
            light = LightBlock.FromProto(proof.LightBlock);
        }
        catch (FormatException e)
        {
            throw new AccountProofException(AccountProofStep.Header, e.Message);
        }

        var hash = light.Header.Hash();
        Require(AccountProofStep.Header, hash == blockHash, $"The header's hash is {hash}; the trusted block's is {blockHash}.");
        Require(
            AccountProofStep.Header,
            proof.BlockHash == blockHash.ToString(),
            $"The answer says block {proof.BlockHash}; the trusted block is {blockHash}.");
        if (light.Fault() is { } fault)
            throw new AccountProofException(AccountProofStep.Header, $"Header, commit and validator set do not belong together: {fault}.");
        // A header's height is at least 1.
        Require(
            AccountProofStep.Header,
            answer.Height == light.Header.Height - 1,
            $"The answer is for the state of height {answer.Height}; header {light.Header.Height} carries that of height {light.Header.Height - 1}.");
        return light.Header;
    }

    private static void CheckAppHash(AccountProofResponse proof, Hash256 root, Header header)
    {
        Require(
            AccountProofStep.AppHash,
            header.AppHash.Span.SequenceEqual(AppHash.Of(root).Span),
            $"The header's app_hash is {header.AppHash}, not that of the state root {root}.");

        // Each map has one entry, so that a state root has one pair of operators.
        var (inner, outer) = AppHash.Prove(root);
        Require(
            AccountProofStep.AppHash,
            proof.Operators is [var first, var second] && Is(first, inner) && Is(second, outer),
            "The proof operators are not those from the state root to the app_hash.");
    }

    private static void CheckState(AccountProofResponse proof, StateProof stateProof, Hash256 root, AccountId id)
    {
        var key = StateKeys.Account(id);
        if (proof.Value is { } value)
            Require(AccountProofStep.State, stateProof.VerifyPresent(root, key, value), "The proof does not show this record of the account in the state.");
        else
            Require(AccountProofStep.State, stateProof.VerifyAbsent(root, key), "The proof does not show that the state has no record of the account.");
    }

    private static AccountRecord CheckAccount(AccountResponse answer, AccountProofResponse proof, AccountId id)
    {
        AccountRecord record;
        try
        {
            record = proof.Value is { } value ? AccountRecord.Decode(value) : default;
        }
        catch (InvalidDataException e)
        {
            throw new AccountProofException(AccountProofStep.Account, e.Message);
        }

        Require(AccountProofStep.Account, answer.Address == id.ToString(), $"The answer is for account {answer.Address}, not {id}.");
        Require(
            AccountProofStep.Account,
            answer.Balance == record.Balance.ToString(CultureInfo.InvariantCulture),
            $"The answer says balance {answer.Balance}; the record, {record.Balance}.");
        Require(AccountProofStep.Account, answer.Nonce == record.Nonce, $"The answer says nonce {answer.Nonce}; the record, {record.Nonce}.");
        return record;
    }

    private static bool Is(ProofOperatorResponse? given, SimpleMapProof expected) =>
        given is { Type: SimpleMapProof.OperatorType, Key: { } key, Data: { } data }
        && key.AsSpan().SequenceEqual(expected.Key.Span)
        && data.AsSpan().SequenceEqual(expected.ToValueOp());

    private static void Require(AccountProofStep step, bool holds, string reason)
    {
        if (!holds)
            throw new AccountProofException(step, reason);
    }
}
