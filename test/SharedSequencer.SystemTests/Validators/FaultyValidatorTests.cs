using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.Validators;

/// <summary>Four real validators, one of which is faulty: the honest ones go on and agree.</summary>
internal sealed class FaultyValidatorTests
{
    private const int Faulty = 3;
    private const string NamespaceName = "forged";

    private static readonly int[] s_honest = [0, 1, 2];

    public static NamespaceId Namespace => NamespaceId.OfName(NamespaceName);

    [Test]
    public async Task A_validator_whose_application_lies_about_its_app_hash_stands_alone_and_the_others_go_on()
    {
        await using var test = await TestNetwork.StartAsync(plan => plan with { Validators = 4, Bitcoin = false, Evm = false });
        using var watch = new ValidatorWatch(test.Network);
        var start = await watch.OrderAsync(0);
        LyingApplication? liar = null;
        await using var faulty = await FaultyValidator.ReplaceAsync(
            test.Network, Faulty, application => liar = new LyingApplication(application, start + 10));
        await watch.OrderUntilAsync(0, "the first lie", () => Task.FromResult(liar!.Lies > 0));
        var lied = start + 10;

        // Its lie is in none of the others' headers: it cannot follow them, and they do not follow it.
        await watch.OrderUntilAsync(0, "eight blocks more", async () => await watch.HeightAsync(0) >= lied + 8);
        var end = await watch.HeightAsync(0);

        foreach (var honest in s_honest)
            await watch.UntilHeightAsync(honest, end);
        await watch.AssertAgreeAsync(s_honest, 1, end);
        await watch.AssertNeverProposedAsync(Faulty, asked: 0, lied + 1, end);
        Assert.That(await watch.HeightAsync(Faulty), Is.LessThanOrEqualTo(lied + 1));
        Assert.That(liar!.Lies, Is.EqualTo(1));
    }

    [Test]
    public async Task Defect_11_a_proposer_that_commits_data_it_had_not_executed_is_rejected_by_all_others()
    {
        await using var test = await TestNetwork.StartAsync(plan => plan with { Validators = 4, Bitcoin = false, Evm = false });
        using var watch = new ValidatorWatch(test.Network);
        using (var owner = new AccountSender(watch.Api[0], test.Network.Developer))
        {
            var sent = await owner.SendAsync([new RegisterNamespace(NamespaceName, new NamespaceSettings(), 1_000_000)]);
            await watch.UntilFinalAsync(0, sent.Transaction.Id);
        }

        var start = await watch.HeightAsync(0) + 1;
        InvalidProposer? proposer = null;
        await using var faulty = await FaultyValidator.ReplaceAsync(
            test.Network, Faulty, application => proposer = new InvalidProposer(application, test.Network.Plan.ChainId));

        await watch.OrderUntilAsync(
            0, "each kind of invalid block", () => Task.FromResult(InvalidProposer.Kinds.All(kind => proposer!.Proposed.GetValueOrDefault(kind) > 0)));
        var end = await watch.OrderAsync(1);

        foreach (var honest in s_honest)
            await watch.UntilHeightAsync(honest, end);
        await watch.AssertAgreeAsync(s_honest, 1, end);
        foreach (var forged in proposer!.Unexecutable)
            Assert.That(await watch.Api[0].GetTransactionAsync(forged.Id), Is.Null, "what was not executed is in no block");
        Assert.That((await watch.Api[0].GetNamespaceAsync(Namespace))!.Head.SliceCount, Is.Zero);
        foreach (var honest in s_honest)
        {
            var log = await File.ReadAllTextAsync(test.Network.Folder.Log($"sequencer{honest}"));
            Assert.That(log, Does.Contain("was rejected: item 1, transaction "), $"validator {honest} executed what was proposed");
            Assert.That(log, Does.Contain("the preamble is missing").Or.Contain("the preamble stands alone"), $"validator {honest}");
        }

        // It votes and follows like the others; only its proposals are lost.
        await watch.UntilHeightAsync(Faulty, end);
        Assert.That(
            (await watch.Comet[Faulty].HeaderAsync(end)).Hash(), Is.EqualTo((await watch.Comet[0].HeaderAsync(end)).Hash()));
        await watch.AssertNeverProposedAsync(Faulty, asked: 0, start + 4, end);
    }
}
