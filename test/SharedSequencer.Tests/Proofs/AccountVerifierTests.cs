using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Primitives;
using SharedSequencer.Tests.Client;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace SharedSequencer.Tests.Proofs;

internal sealed class AccountVerifierTests
{
    [Property(MaxTest = 100)]
    public void Every_account_of_a_state_verifies_with_its_record(int seed)
    {
        var random = new Random(seed);
        var state = new ProvenState(random, random.Next(1, 40));
        foreach (var id in state.Accounts)
        {
            var verdict = AccountVerifier.Verify(state.Answer(id), id, state.BlockHash);

            Assert.That(verdict.FailedStep, Is.Null, verdict.Reason);
            Assert.That(verdict.Account!.Exists, Is.True);
            Assert.That(verdict.Account.Record, Is.EqualTo(state.State.Account(id)));
            Assert.That(verdict.Account.Height, Is.EqualTo(state.State.Height));
            Assert.That(verdict.Account.Header, Is.EqualTo(state.Successor.Header));
        }
    }

    [Property(MaxTest = 100)]
    public void That_an_account_was_never_used_verifies_too(int seed)
    {
        var random = new Random(seed);
        var state = new ProvenState(random, random.Next(0, 40));
        var nobody = TestBlock.RandomAccount(random);

        var verdict = AccountVerifier.Verify(state.Answer(nobody), nobody, state.BlockHash);

        Assert.That(verdict.FailedStep, Is.Null, verdict.Reason);
        Assert.That(verdict.Account!.Exists, Is.False);
        Assert.That(verdict.Account.Record.IsEmpty, Is.True);
    }

    [Property(MaxTest = 50)]
    public void Every_lie_is_refused_at_the_step_that_it_breaks(int seed)
    {
        var random = new Random(seed);
        var state = new ProvenState(random, random.Next(2, 30));
        var nobody = TestBlock.RandomAccount(random);
        foreach (var id in new[] { state.Accounts[0], nobody })
        {
            foreach (var lie in AccountLies.All)
            {
                if (lie.Tell(state.Answer(id), state, random) is not { } told)
                    continue;
                var verdict = AccountVerifier.Verify(told, id, state.BlockHash);

                Assert.That(verdict.Account, Is.Null, $"'{lie.Name}' was believed");
                Assert.That(verdict.FailedStep, Is.EqualTo(lie.CaughtAt), $"'{lie.Name}': {verdict.Reason}");
                Assert.That(verdict.Reason, Is.Not.Empty);
            }
        }
    }

    [Property(MaxTest = 20)]
    public void No_byte_of_a_commitment_proof_can_be_changed(int seed)
    {
        var random = new Random(seed);
        var state = new ProvenState(random, 8);
        foreach (var id in new[] { state.Accounts[0], TestBlock.RandomAccount(random) })
        {
            var answer = state.Answer(id);
            var proof = answer.Proof!.CommitmentProof;
            for (var i = 0; i < proof.Length; i++)
            {
                byte[] changed = [.. proof];
                changed[i] ^= (byte)(1 << random.Next(8));
                var verdict = AccountVerifier.Verify(
                    answer with { Proof = answer.Proof with { CommitmentProof = changed } }, id, state.BlockHash);

                Assert.That(verdict.FailedStep, Is.EqualTo(AccountProofStep.Format).Or.EqualTo(AccountProofStep.State), $"byte {i}");
            }
        }
    }

    [Test]
    public void A_true_account_is_refused_under_another_block_hash_and_for_another_account()
    {
        var state = new ProvenState(new Random(1), 5);
        var (id, other) = (state.Accounts[0], state.Accounts[1]);

        Assert.That(
            AccountVerifier.Verify(state.Answer(id), id, Hash256.Of("another"u8)).FailedStep, Is.EqualTo(AccountProofStep.Header));
        Assert.That(AccountVerifier.Verify(state.Answer(id), other, state.BlockHash).FailedStep, Is.EqualTo(AccountProofStep.State));
    }
}
