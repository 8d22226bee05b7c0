using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.SystemTests.Validators;

internal sealed class NetworkSizeTests
{
    [TestCase(1)]
    [TestCase(3)]
    public void A_network_of_two_validators_is_not_started_with_another_number(int validators)
    {
        using var folder = new TemporaryFolder();
        var plan = new NetworkPlan { Root = ProgramFinder.FindRoot(), Folder = folder.File("network"), Validators = validators, Bitcoin = false, Evm = false };
        var made = new NetworkFolder(plan.Folder);
        foreach (var index in new[] { 0, 1 })
            Directory.CreateDirectory(made.Comet(index));
        File.WriteAllText(made.Ready, "");
        try
        {
            var refused = Assert.ThrowsAsync(Is.InstanceOf<Exception>(), () => LocalNetwork.StartAsync(plan, _ => { }))!;
            if (refused is MissingProgramException)
                Assert.Ignore(refused.Message);

            Assert.That(refused, Is.InstanceOf<InvalidOperationException>());
            Assert.That(refused.Message, Does.Contain("has 2 validators").And.Contain("--validators 2").And.Contain("--reset"));
        }
        finally
        {
            NetworkReset.Run(plan.Folder, _ => { });
        }
    }
}
